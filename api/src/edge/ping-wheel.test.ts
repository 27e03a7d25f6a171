import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Pinged, PingWheel } from './ping-wheel.ts'

class Fake implements Pinged {
  unheard = 0
  slot = 0
  patience = 2
  pings = 0
  ended = false
  ping() {
    this.pings++
  }
  unanswered() {
    this.ended = true
  }
}

function revolve(wheel: PingWheel<Fake>, slots: number) {
  for (let turn = 0; turn < slots; turn++) wheel.turn()
}

test('every socket is pinged once per revolution, first after a whole one', () => {
  const wheel = new PingWheel<Fake>(5)
  const sockets = Array.from({ length: 12 }, () => new Fake())
  for (const socket of sockets) {
    wheel.add(socket)
    wheel.turn()
  }
  const last = sockets.at(-1)
  assert.equal(last?.pings, 0)
  for (const socket of sockets) {
    const before = socket.pings
    socket.unheard = 0
    revolve(wheel, 5)
    assert.equal(socket.pings, before + 1)
    for (const other of sockets) other.unheard = 0
  }
})

test('two answers missing in a row end a connection; one does not', () => {
  const wheel = new PingWheel<Fake>(3)
  const socket = new Fake()
  wheel.add(socket)
  for (let round = 0; round < 10; round++) {
    revolve(wheel, 3)
    if (round % 2 === 1) socket.unheard = 0
  }
  assert.equal(socket.ended, false)
  revolve(wheel, 6)
  assert.deepEqual([socket.pings, socket.ended], [12, false])
  revolve(wheel, 3)
  assert.deepEqual([socket.pings, socket.ended], [12, true])
})

test('who may be slow is given more time', () => {
  const wheel = new PingWheel<Fake>(3)
  const socket = new Fake()
  socket.patience = 4
  wheel.add(socket)
  revolve(wheel, 12)
  assert.deepEqual([socket.pings, socket.ended], [4, false])
  revolve(wheel, 3)
  assert.equal(socket.ended, true)
})

test('a socket that was removed is left alone', () => {
  const wheel = new PingWheel<Fake>(3)
  const socket = new Fake()
  wheel.turn()
  wheel.add(socket)
  wheel.turn()
  wheel.remove(socket)
  revolve(wheel, 9)
  assert.equal(socket.pings, 0)
})
