import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { FakeClient } from '../../test/terminal/fake-client.ts'
import { FakeClock } from '../../test/terminal/fake-clock.ts'
import { createLineFace } from './line-face.ts'
import { runClient } from './run-client.ts'

const NOON = new Date(2026, 2, 4, 12, 0).getTime()

function setUp(input?: string, json = false) {
  const client = new FakeClient()
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  if (input !== undefined) stdin.end(input)
  const io = {
    stdin,
    stdout,
    stderr,
    env: {},
    cwd: '/',
    clock: new FakeClock(NOON),
    onSignal: () => () => {},
  }
  const run = runClient(client, createLineFace(client, io, { json }))
  const output = async () => {
    stdout.end()
    stderr.end()
    return { out: await text(stdout), err: await text(stderr) }
  }
  return { client, run, output }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

test('M8 :Exit ends with status 0', async () => {
  const { client, run } = setUp('hello\n:Exit\nnever\n')
  client.join('alice')
  assert.equal(await run.finished, 0)
  assert.deepEqual(client.calls, ['start', 'submit hello', 'submit :Exit', 'leave 10000'])
})

test('the end of input waits until all is settled, then leaves with status 0', async () => {
  const { client, run } = setUp('hello')
  client.join('alice')
  await client.called('settled')
  await turn()
  assert.ok(!client.calls.includes('leave 10000'))
  client.settle()
  assert.equal(await run.finished, 0)
  assert.equal(client.calls.at(-1), 'leave 10000')
})

test('input that ends before the room was entered is a failure that says so', async () => {
  const { client, run, output } = setUp('wrong\n')
  client.askPassword('enter')
  await client.called('password enter wrong')
  client.emit({ type: 'error', code: 'wrong-password', message: 'The password is wrong.' })
  client.askPassword('enter')
  assert.equal(await run.finished, 1)
  assert.match((await output()).err, /The password is wrong\.\n.*ended before/)
})

test('a client that ends by itself is a failure, in the room or before', async () => {
  for (const isJoined of [true, false]) {
    const { client, run, output } = setUp()
    if (isJoined) client.join('alice')
    client.end('certificate', 'The fingerprint is AA:BB.')
    assert.equal(await run.finished, 1)
    assert.equal((await output()).err, 'The fingerprint is AA:BB.\n')
  }
})

test('Ctrl-C leaves the room; before it was entered it is a failure', async () => {
  const inside = setUp()
  inside.client.join('alice')
  inside.run.interrupt()
  assert.equal(await inside.run.finished, 0)
  const before = setUp()
  before.run.interrupt()
  assert.equal(await before.run.finished, 1)
  assert.deepEqual(before.client.calls, ['start', 'stop'])
})

test('a second Ctrl-C does not wait for what is under way', async () => {
  const { client, run } = setUp()
  client.join('alice')
  client.leave = () => new Promise(() => {})
  run.interrupt()
  run.interrupt()
  assert.equal(await run.finished, 1)
})

test('SIGTERM and SIGHUP stop without leaving', async () => {
  const { client, run } = setUp()
  client.join('alice')
  run.terminate()
  assert.equal(await run.finished, 1)
  assert.deepEqual(client.calls, ['start', 'stop'])
})

test('--json prints every event as a line, errors too', async () => {
  const { client, run, output } = setUp('hi\n', true)
  client.join('alice')
  client.emit({ type: 'error', code: 'command', message: 'no' })
  await client.called('settled')
  client.settle()
  await run.finished
  const { out, err } = await output()
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
    [{ type: 'joined', alias: 'alice' }, { type: 'error', code: 'command', message: 'no' }, { type: 'left' }],
  )
  assert.equal(err, '')
})

test('without a terminal people get plain lines without colours', async () => {
  const { client, run, output } = setUp('')
  client.join('alice')
  const message = { type: 'message', id: 'x', seq: 1, at: NOON, from: 'bob' } as const
  client.emit({ ...message, to: 'all', text: 'x'.repeat(200) })
  client.emit({ ...message, to: 'alice', text: 'two\nlines' })
  client.emit({
    type: 'file-offered',
    transfer: 't',
    from: 'bob',
    to: 'all',
    name: 'a\u001b[2J.txt',
    size: 2048,
  })
  client.emit({ type: 'aliases', aliases: ['alice', 'bob'] })
  await client.called('settled')
  client.settle()
  await run.finished
  assert.deepEqual((await output()).out.trim().split('\n'), [
    'You are in the room as alice. :Help lists the commands.',
    `12:00 bob: ${'x'.repeat(200)}`,
    '12:00 [DM] bob -> you: two',
    '  lines',
    'bob sent: a␛[2J.txt (2.0 KiB)',
    'In the room: alice (you), bob',
    'You left the room.',
  ])
})
