import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AttemptGate, PasswordServer } from '../room/ports.ts'
import { awaitPasswordServer } from './awaited-password-server.ts'

const server: PasswordServer = {
  respondRegistration: () => 'response',
  startLogin: () => ({ state: 'state', response: 'response' }),
  finishLogin: () => true,
}

function place() {
  const passed: string[] = []
  const note = (what: string) => async () => {
    passed.push(what)
    return { allowed: true } as const
  }
  const gate: AttemptGate = {
    login: note('login'),
    creation: note('creation'),
    succeeded: async () => void passed.push('succeeded'),
  }
  const { promise, resolve, reject } = Promise.withResolvers<PasswordServer>()
  let opened = 0
  const open = () => {
    opened++
    return promise
  }
  return { passed, resolve, reject, opened: () => opened, ...awaitPasswordServer(open, gate) }
}

test('whoever comes before it is open waits at the gate, and it is opened once', async () => {
  const { gate, password, passed, resolve, opened } = place()
  assert.equal(opened(), 0)
  const first = [gate.login('a', 'main'), gate.creation('b', 'main'), gate.login('c', 'main')]
  assert.throws(() => password.respondRegistration('user', 'request'), /without passing the gate/)
  assert.deepEqual(passed, [])
  resolve(server)
  await Promise.all(first)
  assert.deepEqual(passed.toSorted(), ['creation', 'login', 'login'])
  assert.equal(password.respondRegistration('user', 'request'), 'response')
  await gate.login('a', 'main')
  assert.equal(opened(), 1)
})

test('what keeps it from opening is told to everyone who tries', async () => {
  const { gate, load, passed, reject } = place()
  reject(new RangeError('no library'))
  await assert.rejects(load(), RangeError)
  await assert.rejects(gate.login('a', 'main'), RangeError)
  await assert.rejects(gate.creation('a', 'main'), RangeError)
  assert.deepEqual(passed, [])
})
