import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import type { RoomPeer } from '../src/edge/room-peer.ts'
import type { SegmentPeer } from '../src/edge/segment-peer.ts'
import type { Relay } from '../src/relay/relay.ts'
import type { Room } from '../src/room/room.ts'
import type { Rooms } from '../src/room/rooms.ts'
import type { Tickets } from '../src/room/tickets.ts'
import { createRoomSocket } from '../src/room-socket.ts'
import { createSegmentSocket } from '../src/segment-socket.ts'

const VISITOR = { room: 'main', address: '192.0.2.1' }

test('words on the segment socket beyond the rate are not read, and none of them is lost', t => {
  const rests: number[] = []
  let heard = 0
  let newcomer = true
  const peer = {
    bytesTaken: 0,
    rest: (milliseconds: number) => rests.push(milliseconds),
    entered: () => {
      newcomer = false
    },
  }
  const relay = { attach: () => ({}), receive: () => heard++, detach() {} } as unknown as Relay
  const tickets = { redeem: () => ({ room: 'main', member: 'm' }) } as unknown as Tickets
  const socket = createSegmentSocket(relay, tickets, () => 1_000)(peer as unknown as SegmentPeer, VISITOR)
  t.after(() => socket.closed())
  const ticket = Buffer.alloc(32).toString('base64url')
  void socket.text(JSON.stringify({ type: 'attach', ticket }))
  assert.equal(newcomer, false)
  const want = { type: 'want', transfer: Buffer.alloc(16).toString('base64url'), first: 0, count: 1 }
  for (let at = 0; at < 511; at++) void socket.text(JSON.stringify(want))
  assert.deepEqual(rests, [])
  for (let at = 0; at < 512; at++) void socket.text(JSON.stringify(want))
  assert.equal(rests.length, 512)
  assert.equal(rests.at(-1), 1_000)
  assert.equal(heard, 1_023)
  // A receiver of the smallest segments says one word for every four: however fast it is served, it is not slowed down.
  rests.length = 0
  peer.bytesTaken = 512 * 4 * LIMITS.segmentBytesMin
  void socket.text(JSON.stringify(want))
  assert.deepEqual(rests, [2])
  for (let at = 0; at < 2_000; at++) {
    peer.bytesTaken += 4 * LIMITS.segmentBytesMin
    void socket.text(JSON.stringify(want))
  }
  assert.deepEqual(new Set(rests), new Set([2]), 'what it was over before')
})

test('a newcomer to the room may say little at once; a member is the room’s to meter', () => {
  const rests: number[] = []
  let heard = 0
  const peer = { isNewcomer: true, rest: (ms: number) => rests.push(ms), entersWhen() {} }
  const room = { connect: () => ({ state: { name: 'connected' } }), receive: () => heard++ }
  const rooms = { open: () => room as unknown as Room } as unknown as Rooms
  const socket = createRoomSocket(rooms, () => 1_000)(peer as unknown as RoomPeer, VISITOR)
  const say = (times: number) => {
    for (let at = 0; at < times; at++) void socket.text('{"type":"request-ticket"}')
  }
  say(32)
  assert.deepEqual(rests, [])
  say(4)
  assert.deepEqual(rests, [250, 500, 750, 1_000])
  peer.isNewcomer = false
  say(1_000)
  assert.equal(rests.length, 4)
  assert.equal(heard, 1_036)
})
