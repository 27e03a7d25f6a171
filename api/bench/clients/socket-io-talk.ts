import { textFrame } from './frames.ts'
import { inLanes } from './lanes.ts'
import { type Address, RawSocket } from './raw-socket.ts'
import { entryText, type Talk, type Voice } from './talk.ts'

/*
 * The little of Engine.IO 4 and Socket.IO 5 that a client needs which only talks: a packet is a text that begins with its
 * type; a ping is one character.
 */
const PONG = textFrame('3')
const CONNECT = textFrame('40')
const CONNECTED = '40'
const EVENT = '42["entry",'
const END = ']'

/** What surrounds an entry comes out of its body, so that the frame is as long as everybody's. */
const frameText = (id: string): string => `${EVENT}${entryText(id, EVENT.length + END.length)}${END}`

export const socketIoTalk: Talk = {
  async fill(address, room, count) {
    const sockets = await inLanes(count, 16, () => enter(address, room))
    return {
      sockets,
      understand(payload) {
        const text = payload.toString()
        if (!text.startsWith(EVENT)) return undefined
        const { id } = JSON.parse(text.slice(EVENT.length, -END.length)) as { id: string }
        return { id, place: undefined }
      },
    }
  },
  frame: id => textFrame(frameText(id)),
}

async function enter(address: Address, room: string): Promise<Voice> {
  const socket = await RawSocket.open(address, `/socket.io/?EIO=4&transport=websocket&room=${room}`)
  const voice: Voice = { send: frame => socket.send(frame), onText: () => {}, onEnd: () => {} }
  await new Promise<void>((resolve, reject) => {
    socket.onEnd = reject
    socket.onText = payload => {
      if (payload.toString().startsWith(CONNECTED)) resolve()
    }
    socket.send(CONNECT)
  })
  socket.onEnd = error => voice.onEnd(error)
  socket.onText = payload => {
    if (payload.length === 1) socket.send(PONG)
    else voice.onText(payload)
  }
  return voice
}
