import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClient } from '../../test/terminal/fake-client.ts'
import { feedLines } from './feed.ts'
import { createLineQueue } from './line-queue.ts'

function setUp(lines: readonly string[], unacknowledged?: number) {
  const client = new FakeClient()
  let taken = 0
  async function* pulled() {
    for (const line of lines) {
      taken++
      yield line
    }
  }
  const end = feedLines(client, pulled(), unacknowledged)
  return { client, end, taken: () => taken }
}

const sent = { type: 'sent', id: 'x', seq: 1, at: 1 } as const

const turn = () => new Promise(resolve => setImmediate(resolve))

test('lines are password, alias, then messages and commands; the end of input is told', async () => {
  const { client, end } = setUp(['secret', 'alice', 'hello', ':Help'])
  client.askPassword('create')
  await client.called('password create secret')
  client.askAlias()
  await client.called('alias alice')
  client.join('alice')
  assert.equal(await end, 'end')
  assert.deepEqual(client.calls, ['password create secret', 'alias alice', 'submit hello', 'submit :Help'])
})

test('M3 M5 a refused password or alias takes the next line', async () => {
  const { client, end } = setUp(['wrong', 'right', 'taken', 'free'])
  client.askPassword('enter')
  await client.called('password enter wrong')
  client.emit({ type: 'error', code: 'wrong-password', message: 'no' })
  client.askPassword('enter')
  await client.called('password enter right')
  client.askAlias()
  await client.called('alias taken')
  client.emit({ type: 'error', code: 'alias-taken', message: 'no' })
  client.askAlias()
  await client.called('alias free')
  client.join('free')
  assert.equal(await end, 'end')
})

test('a claim code is asked for by a prompt of its own', async () => {
  const { client, end } = setUp(['code', 'secret'])
  client.emit({ type: 'prompt', for: 'claim-code' })
  await client.called('claim-code code')
  client.askPassword('create')
  await client.called('password create secret')
  client.askAlias()
  assert.equal(await end, 'starved')
})

test('lines before their time wait, and none is pulled ahead', async () => {
  const { client, taken, end } = setUp(['secret', 'alice', 'hello'])
  await turn()
  assert.equal(taken(), 0)
  client.askPassword('enter')
  await client.called('password enter secret')
  await turn()
  assert.equal(taken(), 1)
  client.askAlias()
  await client.called('alias alice')
  client.join('alice')
  assert.equal(await end, 'end')
})

test('input that ends while something is asked for starves; while the client works it waits for what comes', async () => {
  const { client, end } = setUp(['wrong'])
  client.askPassword('enter')
  await client.called('password enter wrong')
  await turn()
  client.askPassword('enter')
  assert.equal(await end, 'starved')
})

test('M8 nothing after :Exit is read, in any letter case', async () => {
  const { client, end, taken } = setUp([':eXiT', 'never'])
  client.join('alice')
  assert.equal(await end, 'exit')
  assert.equal(taken(), 1)
})

test('M7 ::Exit is a message', async () => {
  const { client, end } = setUp(['::Exit', 'more'])
  client.join('alice')
  assert.equal(await end, 'end')
  assert.deepEqual(client.calls, ['submit ::Exit', 'submit more'])
})

test('thousands of piped lines: no more are read than may be unacknowledged', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`)
  const { client, end, taken } = setUp(lines, 64)
  client.join('alice')
  await client.called('submit line 63')
  await turn()
  assert.equal(taken(), 64)
  for (let i = 0; i < 10; i++) client.emit(sent)
  await client.called('submit line 73')
  await turn()
  assert.equal(taken(), 74)
  client.subscribe(() => {})
  for (let i = 64; i < 5000; i++) {
    client.emit(sent)
    await turn()
  }
  assert.equal(await end, 'end')
})

test('what was refused at once is not waited for; what failed later is forgotten when all is settled', async () => {
  const { client, end } = setUp([':nonsense', ':nonsense', 'lost', 'next'], 1)
  client.join('alice')
  await client.called('submit lost')
  await client.called('settled')
  await turn()
  assert.ok(!client.calls.includes('submit next'))
  client.settle()
  await client.called('submit next')
  client.settle()
  await turn()
  client.emit(sent)
  assert.equal(await end, 'end')
})

test('a client that ends while a line is waited for is over', async () => {
  const client = new FakeClient()
  const end = feedLines(client, createLineQueue().lines)
  client.join('alice')
  await turn()
  client.end('server', 'gone')
  assert.equal(await end, 'over')
})
