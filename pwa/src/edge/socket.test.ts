import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Socket } from '@chat-room/client'
import { VirtualClock } from '../../../api/test/support/virtual-clock.ts'
import { createOpenSocket } from './socket.ts'

const MIB = 1024 * 1024
const LITTLE = MIB / 4

/** What a browser would make of a connection; the test says what happens to it. */
class FakeWebSocket {
  static readonly OPEN = 1
  static last: FakeWebSocket | undefined
  readyState = 0
  bufferedAmount = 0
  binaryType = 'blob'
  readonly sent: unknown[] = []
  readonly closed: (number | undefined)[] = []
  onopen: (() => void) | undefined
  onmessage: ((event: { data: unknown }) => void) | undefined
  onclose: ((event: { code: number }) => void) | undefined

  readonly url: string
  readonly protocols: readonly string[]

  constructor(url: string, protocols: readonly string[]) {
    this.url = url
    this.protocols = protocols
    FakeWebSocket.last = this
  }

  open(): void {
    this.readyState = FakeWebSocket.OPEN
    this.onopen?.()
  }

  send(data: unknown): void {
    this.sent.push(data)
  }

  close(code?: number): void {
    this.closed.push(code)
  }
}

let clock: VirtualClock
let awaken: () => void
let heard: unknown[]
let socket: Socket
let wire: FakeWebSocket

function pass(milliseconds: number): void {
  const end = clock.now() + milliseconds
  while (clock.now() < end) clock.advance(end - clock.now())
}

beforeEach(() => {
  globalThis.WebSocket = FakeWebSocket as unknown as typeof WebSocket
  clock = new VirtualClock()
  heard = []
  const awakenings = {
    onAwakening(callback: () => void) {
      awaken = callback
      return () => {
        awaken = () => {}
      }
    },
  }
  socket = createOpenSocket(clock, awakenings)('wss://chat.example/socket', 'chat', {
    opened: () => heard.push('opened'),
    text: text => heard.push(text),
    binary: bytes => heard.push(bytes),
    closed: (...how) => heard.push(how),
  })
  wire = FakeWebSocket.last ?? assert.fail('nothing was opened')
})

test('texts and bytes come as what they are', () => {
  assert.deepEqual(
    [wire.url, wire.protocols, wire.binaryType],
    ['wss://chat.example/socket', ['chat'], 'arraybuffer'],
  )
  wire.open()
  wire.onmessage?.({ data: '{}' })
  wire.onmessage?.({ data: new Uint8Array([1, 2]).buffer })
  wire.onclose?.({ code: 4409 })
  assert.deepEqual(heard, ['opened', '{}', new Uint8Array([1, 2]), [4409]])
})

test('nothing is sent that nobody would get', () => {
  socket.send('early')
  wire.open()
  socket.send('now')
  wire.readyState = 2
  socket.send('late')
  assert.deepEqual(wire.sent, ['now'])
})

test('a server that does not answer is given up, once', () => {
  pass(20_000)
  assert.deepEqual(heard, [[1006]])
  assert.deepEqual(wire.closed, [undefined])
  wire.open()
  wire.onclose?.({ code: 1006 })
  assert.deepEqual(heard, [[1006]])
})

test('after sleep or in another network a connection is given up at once, without waiting for its goodbye', () => {
  wire.open()
  awaken()
  assert.deepEqual(heard, ['opened', [1006]])
  wire.onmessage?.({ data: 'a last word' })
  assert.equal(heard.length, 2)
})

test('drained waits until no more is left than it was told, and looks seldom while nothing moves', async () => {
  wire.open()
  wire.bufferedAmount = 2 * MIB
  const woken: string[] = []
  const little = socket.drained(LITTLE).then(() => woken.push('little'))
  const much = socket.drained(MIB).then(() => woken.push('much'))
  pass(10_000)
  await Promise.resolve()
  assert.deepEqual(woken, [])
  wire.bufferedAmount = MIB
  pass(64)
  await much
  assert.deepEqual(woken, ['much'])
  wire.bufferedAmount = LITTLE + 1
  pass(10_000)
  await Promise.resolve()
  assert.deepEqual(woken, ['much'])
  wire.bufferedAmount = LITTLE
  pass(64)
  await little
  assert.equal(clock.waiting, false)
})

test('one timer looks for all who wait, and none when nobody does', async () => {
  wire.open()
  for (let count = 0; count < 10; count += 1) {
    wire.bufferedAmount = MIB
    const drained = socket.drained(LITTLE)
    wire.bufferedAmount = 0
    wire.onmessage?.({ data: 'want' })
    await drained
    assert.equal(clock.waiting, false)
  }
})

test('in a hidden page, whose timers hardly come, a message wakes who waits to send', async () => {
  wire.open()
  wire.bufferedAmount = 2 * MIB
  const drained = socket.drained(LITTLE)
  wire.bufferedAmount = 0
  wire.onmessage?.({ data: 'want' })
  await drained
})

test('who waits to send is let go when the connection ends', async () => {
  wire.open()
  wire.bufferedAmount = 2 * MIB
  const drained = socket.drained(LITTLE)
  wire.onclose?.({ code: 1006 })
  await drained
  assert.equal(socket.buffered, 0)
})
