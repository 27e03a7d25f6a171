import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLOSE, LIMITS } from '@chat-room/protocol'
import { VirtualClock } from '../../../../test/support/virtual-clock.ts'
import type { Socket, SocketHandlers } from '../../ports.ts'
import { SegmentChannel } from './segment-channel.ts'

class FakeSocket implements Socket {
  readonly handlers: SocketHandlers
  readonly sent: unknown[] = []
  closed: number | undefined
  buffered = 0

  constructor(handlers: SocketHandlers) {
    this.handlers = handlers
  }

  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === 'string' ? JSON.parse(data) : data)
  }

  /** What the network does when it is waited for. */
  draining: () => Promise<void> | void = () => undefined

  async drained(below: number): Promise<void> {
    if (this.buffered > below) await this.draining()
  }

  close(code?: number): void {
    this.closed = code
  }

  attach(): void {
    this.handlers.opened()
    this.handlers.text('{"type":"attached"}')
  }
}

/** A promise's callbacks have run. */
const turn = () => new Promise(setImmediate)

function open() {
  const clock = new VirtualClock()
  const sockets: FakeSocket[] = []
  const said: string[] = []
  let refused = false
  const channel = new SegmentChannel(
    {
      clock,
      random: length => new Uint8Array(length),
      requestTicket: async () => {
        if (refused) throw new Error('offline')
        return 'T'
      },
      openSegmentSocket: handlers => {
        const socket = new FakeSocket(handlers)
        sockets.push(socket)
        return socket
      },
    },
    {
      attached: () => said.push('attached'),
      detached: () => said.push('detached'),
      message: message => said.push(message.type),
      segment: (_transfer, index) => said.push(`segment ${index}`),
      stopped: reason => said.push(reason),
    },
  )
  return {
    clock,
    channel,
    sockets,
    said,
    refuse: (refuse: boolean) => {
      refused = refuse
    },
    socket: () => sockets.at(-1) as FakeSocket,
  }
}

async function attached() {
  const rig = open()
  rig.channel.online()
  rig.channel.need(true)
  await turn()
  rig.socket().attach()
  return rig
}

test('a socket is opened when it is needed and the room is there, and says its ticket first', async () => {
  const { channel, sockets, socket, said } = open()
  channel.need(true)
  await turn()
  assert.equal(sockets.length, 0)
  channel.online()
  await turn()
  assert.equal(sockets.length, 1)
  assert.deepEqual(socket().sent, [])
  socket().handlers.opened()
  assert.deepEqual(socket().sent, [{ type: 'attach', ticket: 'T' }])
  assert.equal(channel.attached, false)
  socket().handlers.text('{"type":"attached"}')
  assert.equal(channel.attached, true)
  assert.deepEqual(said, ['attached'])
})

test('without work it closes after half a minute, and not if work comes meanwhile', async () => {
  const { channel, clock, socket, said } = await attached()
  channel.need(false)
  clock.advance(29_000)
  channel.need(true)
  clock.advance(60_000)
  assert.equal(socket().closed, undefined)
  channel.need(false)
  channel.need(false)
  clock.advance(30_000)
  assert.equal(socket().closed, CLOSE.left.code)
  assert.deepEqual(said, ['attached', 'detached'])
  channel.need(true)
  await turn()
  assert.equal(channel.attached, false, 'it opens anew')
})

test('a broken connection is made again after pauses that double', async () => {
  const { channel, clock, sockets, socket, said } = await attached()
  for (const pause of [250, 500, 1_000]) {
    socket().handlers.closed(1006)
    const before = sockets.length
    clock.advance(pause - 1)
    await turn()
    assert.equal(sockets.length, before)
    clock.advance(1)
    await turn()
    assert.equal(sockets.length, before + 1)
  }
  assert.deepEqual(said, ['attached', 'detached'])
  socket().attach()
  assert.equal(channel.attached, true)
})

test('a ticket that is not given is asked for again', async () => {
  const { channel, clock, sockets, refuse } = open()
  refuse(true)
  channel.need(true)
  channel.online()
  await turn()
  refuse(false)
  clock.advance(250)
  await turn()
  assert.equal(sockets.length, 1)
})

test('P57: the end that comes with leaving the room is no trouble', async () => {
  const { channel, clock, sockets, socket, said } = await attached()
  socket().handlers.closed(CLOSE.left.code)
  clock.advance(60_000)
  await turn()
  assert.equal(sockets.length, 1)
  assert.equal(channel.attached, false)
  assert.deepEqual(said, ['attached', 'detached'])
})

test('a server that wants no further attempt gets none until the room connection is new', async () => {
  const { channel, clock, sockets, socket, said } = await attached()
  socket().handlers.closed(CLOSE.malformed.code)
  clock.advance(1_000_000)
  await turn()
  assert.equal(sockets.length, 1)
  assert.deepEqual(said, ['attached', 'detached', CLOSE.malformed.reason])
  channel.offline()
  channel.online()
  await turn()
  assert.equal(sockets.length, 2)
})

test('with the room connection it goes, and what the old socket says is heard no more', async () => {
  const { channel, socket, said } = await attached()
  const old = socket()
  channel.offline()
  assert.equal(old.closed, CLOSE.left.code)
  old.handlers.text('{"type":"ended","transfer":"AAAAAAAAAAAAAAAAAAAAAA","reason":"expired"}')
  old.handlers.closed(1006)
  assert.deepEqual(said, ['attached', 'detached'])
})

test('what a newer relay says is ignored; what cannot be understood ends the connection', async () => {
  const { socket, said } = await attached()
  socket().handlers.text('{"type":"tomorrow"}')
  socket().handlers.binary(new Uint8Array(5))
  assert.equal(socket().closed, undefined)
  socket().handlers.text('{"type":"ended","transfer":7}')
  assert.equal(socket().closed, CLOSE.malformed.code)
  assert.deepEqual(said, ['attached', 'detached'])
})

test('frames are handed over one at a time, each when the one before it is on its way', async () => {
  const { channel, socket } = await attached()
  const network = Promise.withResolvers<void>()
  const line = socket()
  line.buffered = LIMITS.segmentBytes + 1
  line.draining = async () => {
    await network.promise
    line.buffered = 0
  }
  const handed: string[] = []
  const hand = (name: string) => () => {
    handed.push(`${name} at ${line.buffered}`)
    line.buffered += 2 * LIMITS.segmentBytes
  }
  const both = [channel.whenWritable(hand('first')), channel.whenWritable(hand('second'))]
  await turn()
  assert.deepEqual(handed, [])
  network.resolve()
  await Promise.all(both)
  assert.deepEqual(handed, ['first at 0', 'second at 0'])
})

test('a socket that says too early that it drained is believed: nobody spins until it did', async () => {
  const { channel, socket } = await attached()
  socket().buffered = 2 * LIMITS.segmentBytes
  let handed = 0
  await channel.whenWritable(() => {
    handed += 1
  })
  assert.equal(handed, 1)
})

test('who waits for a socket that is gone keeps nobody from the next one', async () => {
  const { channel, clock, socket } = await attached()
  socket().buffered = 2 * LIMITS.segmentBytes
  socket().draining = () => new Promise(() => undefined)
  void channel.whenWritable(() => assert.fail('the old socket never drains'))
  socket().handlers.closed(1006)
  clock.advance(250)
  await turn()
  socket().attach()
  let handed = 0
  await channel.whenWritable(() => {
    handed += 1
  })
  assert.equal(handed, 1)
})
