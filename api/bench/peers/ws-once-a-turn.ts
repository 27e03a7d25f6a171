import { createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { encodeTextFrame } from '../../src/edge/server-frame.ts'
import { certificate, listen, RoomsByPath } from './listening.ts'

/**
 * What is left to gain: `ws-broadcast` with the two tricks that our server has, and nothing else of it. A frame is built once for
 * all who get it, and what a socket is owed is written once a turn. No protocol, no checks, no log.
 */
type Member = { readonly ws: WebSocket; readonly socket: Duplex; owed: Buffer[] }

const rooms = new RoomsByPath<Member>()
const server = createServer(certificate())
const upgrades = new WebSocketServer({ noServer: true })

server.on('upgrade', (request, socket, head) => {
  upgrades.handleUpgrade(request, socket, head, ws => {
    const member = { ws, socket, owed: [] }
    const room = rooms.enter(request.url ?? '', member)
    ws.on('message', data => {
      const frame = encodeTextFrame(data.toString())
      for (const each of room) owe(each, frame)
    })
    ws.on('close', () => room.delete(member))
    ws.on('error', () => {})
  })
})

let owing: Member[] = []

function owe(member: Member, frame: Buffer): void {
  if (owing.length === 0) setImmediate(writeAll)
  if (member.owed.length === 0) owing.push(member)
  member.owed.push(frame)
}

/** Most members of a room are owed the same. */
function writeAll(): void {
  const turn = owing
  owing = []
  let last: { readonly owed: readonly Buffer[]; readonly bytes: Buffer } | undefined
  for (const member of turn) {
    const { owed } = member
    member.owed = []
    if (last === undefined || !isSame(owed, last.owed)) last = { owed, bytes: joined(owed) }
    if (member.ws.readyState === member.ws.OPEN) member.socket.write(last.bytes)
  }
}

const isSame = (a: readonly Buffer[], b: readonly Buffer[]): boolean =>
  a.length === b.length && a.every((frame, index) => frame === b[index])

const joined = (frames: readonly Buffer[]): Buffer =>
  frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames)

listen(server)
