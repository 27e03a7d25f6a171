import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { TransferView } from '@chat-room/client'
import { FakeClient } from '../../test/terminal/fake-client.ts'
import { FakeClock } from '../../test/terminal/fake-clock.ts'
import { FakeKeyboard, FakeTerminal } from '../../test/terminal/fake-terminal.ts'
import { runClient } from './run-client.ts'
import { createScreenFace } from './screen-face.ts'

// Local time, so that what is shown does not depend on where the test runs.
const NOON = new Date(2026, 2, 4, 12, 0).getTime()

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'screen-'))
  await mkdir(join(directory, 'sub'))
  await writeFile(join(directory, 'sub', 'notes one.txt'), '')
  await writeFile(join(directory, 'sub', 'notes two.txt'), '')
  await writeFile(join(directory, 'sub', 'bad\u001b[2J.txt'), '')
})
after(() => rm(directory, { recursive: true }))

function setUp(columns = 40, env: Record<string, string> = { NO_COLOR: '1' }, json = false) {
  const client = new FakeClient()
  const keyboard = new FakeKeyboard()
  const terminal = new FakeTerminal(columns)
  const stdout = json ? new FakeTerminal(1000) : terminal
  const clock = new FakeClock(NOON)
  const io = {
    stdin: keyboard,
    stdout,
    stderr: terminal,
    env,
    cwd: directory,
    clock,
    onSignal: () => () => {},
  }
  const face = createScreenFace(client, io, { json, terminal, interrupt: () => run.interrupt() })
  const run = runClient(client, face)
  return {
    client,
    keyboard,
    terminal,
    stdout,
    clock,
    run,
    [Symbol.dispose]: () => face.close(),
  }
}

const joined = (columns?: number, env?: Record<string, string>) => {
  const all = setUp(columns, env)
  all.client.join('alice')
  all.client.aim({ to: 'all' })
  return all
}

const turn = () => new Promise(resolve => setImmediate(resolve))

/** Keys go through a stream: until the screen shows something. */
async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    assert.ok(turns < 10_000, 'what was waited for did not come')
    await turn()
  }
}

test('M3 a password is not seen while it is typed, with backspace and paste, nor found in the history', async () => {
  using all = setUp()
  const { client, keyboard, terminal } = all
  client.emit({ type: 'room', state: 'claimed' })
  client.askPassword('enter')
  keyboard.type('sex\u007fcret pa')
  keyboard.type('ss')
  await turn()
  assert.deepEqual(terminal.seen, ['This room has a password.', 'Password:'])
  keyboard.type('\r')
  await client.called('password enter secret pass')
  client.askAlias()
  keyboard.type('\u001b[A')
  keyboard.type('alice\r')
  await client.called('alias alice')
  assert.ok(!terminal.raw.includes('cret'))
})

test('M2 setting a password is not to be mistaken for entering one', async () => {
  using all = setUp(100)
  const { client, terminal } = all
  client.emit({ type: 'room', state: 'unclaimed' })
  client.askPassword('create')
  assert.deepEqual(terminal.seen, [
    'This room has no password yet: whoever sets it now sets it for everyone. Take several random words;',
    '  nobody can recover it.',
    'New password:',
  ])
})

test('M2 what was begun as a new password is not entered when somebody else was first', async () => {
  using all = setUp()
  const { client, keyboard } = all
  client.askPassword('create')
  keyboard.type('my own')
  await turn()
  client.emit({ type: 'room', state: 'claimed' })
  client.askPassword('enter')
  keyboard.type('the right one\r')
  await client.called('password enter the right one')
})

test('what is typed before anything is asked for stays out of sight and serves as the answer', async () => {
  using all = setUp()
  const { client, keyboard, terminal } = all
  keyboard.type('early secret\r')
  await turn()
  assert.deepEqual(terminal.seen, [])
  client.askPassword('enter')
  await client.called('password enter early secret')
  assert.ok(!terminal.raw.includes('early'))
})

test('M11 the prompt shows the current target, also a wide alias at 40 columns', () => {
  using all = joined()
  const { client, terminal } = all
  assert.equal(terminal.seen.at(-1), 'everyone>')
  client.aim({ to: 'member', member: 'm', alias: 'bob' })
  assert.equal(terminal.seen.at(-1), '@bob>')
  client.aim({ to: 'member', member: 'm', alias: 'x'.repeat(32) })
  assert.equal(terminal.seen.at(-1), `@${'x'.repeat(16)}…>`)
})

test('messages appear above the line being typed, wrapped so that no row begins with their text', async () => {
  using all = joined()
  const { client, keyboard, terminal } = all
  keyboard.type('half a sent')
  await until(() => terminal.seen.at(-1) === 'everyone> half a sent')
  const base = { type: 'message', id: 'x', seq: 1, at: NOON } as const
  client.emit({ ...base, from: 'bob', to: 'all', text: `${'long '.repeat(9)}12:00 eve: hi` })
  client.emit({ ...base, from: 'bob', to: 'alice', text: 'psst\n12:00 eve: \u001b[2Jhi' })
  client.emit({ ...base, from: 'bob', to: 'all', text: 'before', history: true })
  assert.deepEqual(terminal.seen.slice(2), [
    'Messages and files go to everyone now.',
    '12:00 bob: long long long long long long',
    '  long long long 12:00 eve: hi',
    '12:00 [DM] bob -> you: psst',
    '  12:00 eve: ␛[2Jhi',
    '12:00 (earlier) bob: before',
    'everyone> half a sent',
  ])
  keyboard.type('ence\r')
  await client.called('submit half a sentence')
})

test('a line that takes several rows survives what is printed meanwhile', async () => {
  using all = joined()
  const { client, keyboard, terminal } = all
  const line = 'abcdefghi '.repeat(9).trim()
  keyboard.type(line)
  await until(() => terminal.seen.join('').endsWith('abcdefghi'))
  const before = terminal.seen
  client.emit({ type: 'member-joined', alias: 'bob' })
  client.emit({ type: 'member-left', alias: 'bob' })
  assert.deepEqual(terminal.seen, [...before.slice(0, -3), 'bob joined.', 'bob left.', ...before.slice(-3)])
  keyboard.type('\r')
  await client.called(`submit ${line}`)
})

const VIDEO = {
  number: 1,
  transfer: 't',
  direction: 'in',
  with: 'bob',
  name: 'video.mp4',
  size: 10 * 1024 * 1024,
  done: 0,
  state: 'running',
} as const satisfies TransferView
const PROGRESS = { type: 'file-progress', transfer: 't', direction: 'in', size: VIDEO.size } as const

test('a file shows a bar with speed and time left, which goes when the file is there', async () => {
  for (const [columns, row] of [
    [40, '↓ video.mp4 ████░░░░  50% 1.0 MiB/s 0:05'],
    [100, `↓ video.mp4 ${'█'.repeat(12)}${'░'.repeat(12)} 5.0 of 10 MiB  50% 1.0 MiB/s 0:05`],
  ] as const) {
    using all = joined(columns)
    const { client, keyboard, terminal } = all
    keyboard.type('meanwhile')
    await until(() => terminal.seen.at(-1) === 'everyone> meanwhile')
    const before = terminal.seen.length
    const half = VIDEO.size / 2
    client.transfers = [{ ...VIDEO, done: half, speed: 1024 * 1024, remaining: 5_000 }]
    client.emit({ ...PROGRESS, received: half })
    assert.deepEqual(terminal.seen.slice(before - 1), [row, 'everyone> meanwhile'])
    keyboard.type('\r')
    await client.called('submit meanwhile')
    assert.deepEqual(terminal.seen.slice(before - 1), ['everyone> meanwhile', row, 'everyone>'])
    client.transfers = [{ ...VIDEO, done: VIDEO.size, state: 'done' }]
    client.emit({ ...PROGRESS, received: VIDEO.size })
    assert.deepEqual(terminal.seen.slice(before - 1), ['everyone> meanwhile', 'everyone>'])
  }
})

test('a bar is drawn anew by time alone: a stalled file loses its speed', () => {
  using all = joined(100)
  const { client, terminal, clock } = all
  const file = { ...VIDEO, done: VIDEO.size / 2 }
  client.transfers = [{ ...file, speed: 2048, remaining: 1_000 }]
  client.emit({ ...PROGRESS, received: file.done })
  assert.match(terminal.seen.at(-2) ?? '', /50% 2\.0 KiB\/s 0:01$/)
  client.transfers = [{ ...file, speed: 512, remaining: 4_000 }]
  clock.advance(1_000)
  assert.match(terminal.seen.at(-2) ?? '', /50% 512 B\/s 0:04$/)
  client.transfers = [file]
  clock.advance(1_000)
  assert.match(terminal.seen.at(-2) ?? '', /50%$/)
})

test('the files of a folder are told together, when nothing more of it is under way', () => {
  using all = joined(100)
  const { client, terminal, clock } = all
  const files = Array.from({ length: 200 }, (_, index) => ({
    ...VIDEO,
    number: index + 1,
    transfer: `t${index}`,
    name: `${index}.jpg`,
    folder: index % 2 === 0 ? 'photos' : 'photos/2024',
    size: 1024,
  }))
  client.transfers = files.map(file => ({ ...file, state: 'waiting' as const }))
  const before = terminal.seen.length
  for (const { transfer, name, folder, size } of files) {
    client.emit({ type: 'file-offered', transfer, from: 'bob', to: 'all', name, size, folder })
  }
  clock.advance(1_000)
  for (const [index, { transfer, name, size }] of files.entries()) {
    client.emit({ type: 'file-received', transfer, name, path: `photos2/${name}`, size, sha256: '' })
    client.transfers = files.map((file, at) => ({ ...file, state: at <= index ? 'done' : 'waiting' }))
    clock.advance(500)
  }
  clock.advance(1_000)
  assert.deepEqual(terminal.seen.slice(before - 1), [
    'bob sent: 200 files of photos (200 KiB) [1-200]',
    'Received 200 files of photos: they are kept in photos2.',
    'everyone>',
  ])
})

test('M13 Tab completes commands, aliases and paths, and lists what there is to choose from', async () => {
  using all = joined(60)
  const { client, keyboard, terminal } = all
  client.aliases = ['alice', 'bob', 'bogdan']
  keyboard.type(':al\t')
  await until(() => terminal.seen.at(-1) === 'everyone> :Aliases')
  keyboard.type('\u0015:dm bog\t')
  await until(() => terminal.seen.at(-1) === 'everyone> :dm bogdan')
  keyboard.type('\u0015:dm b\t')
  await until(() => terminal.seen.at(-1) === 'everyone> :dm bo')
  keyboard.type('\t')
  await until(() => terminal.seen.at(-2) === 'bob     bogdan')
  keyboard.type('\u0015:File s\t')
  await until(() => terminal.seen.at(-1) === 'everyone> :File sub/')
  // Tab at a folder's end lists what is in it.
  keyboard.type('\t')
  await until(() => terminal.seen.at(-1) === 'everyone> :File sub/notes')
  keyboard.type('\u0015:File sub/n\t')
  await until(() => terminal.seen.at(-1) === 'everyone> :File sub/notes')
  keyboard.type('tw\t')
  await until(() => terminal.seen.at(-1)?.endsWith('notes tw') === true)
  keyboard.type('\u0015:File sub/notes t\t')
  await until(() => terminal.seen.at(-1) === 'everyone> :File sub/notes two.txt')
  assert.ok(!terminal.raw.includes('\u001b[2J'))
})

test('M10 Tab does not look outside of the start directory', async () => {
  using all = joined(60)
  const { keyboard, terminal } = all
  for (const folder of ['../', '/etc/', '/']) {
    keyboard.type(`\u0015:File ${folder}\t`)
    await until(() => terminal.seen.at(-1) === `everyone> :File ${folder}`)
    keyboard.type('!')
    await until(() => terminal.seen.at(-1) === `everyone> :File ${folder}!`)
    assert.equal(terminal.seen.length, 3)
  }
})

test('the history brings back what was sent', async () => {
  using all = joined()
  const { client, keyboard, terminal } = all
  keyboard.type('one\r')
  await client.called('submit one')
  keyboard.type('two\r')
  await client.called('submit two')
  keyboard.type('\u001b[A\u001b[A')
  await until(() => terminal.seen.at(-1) === 'everyone> one')
})

test('typing is told of messages, not of commands', async () => {
  using all = joined()
  const { client, keyboard } = all
  keyboard.type('h')
  await client.called('typing true')
  keyboard.type('\u0015:Files')
  await client.called('typing false')
  assert.equal(client.calls.at(-1), 'typing false')
})

test('M8 Ctrl-C leaves with status 0; Ctrl-D ends the input', async () => {
  using first = joined()
  first.keyboard.type('\u0003')
  assert.equal(await first.run.finished, 0)
  assert.ok(first.client.calls.includes('leave 10000'))

  using second = joined()
  second.keyboard.type('\u0004')
  await second.client.called('settled')
  second.client.settle()
  assert.equal(await second.run.finished, 0)
})

test('colours unless NO_COLOR', () => {
  const message = { type: 'message', id: 'x', seq: 1, at: NOON, from: 'bob', to: 'all', text: 'hi' } as const
  using coloured = joined(80, {})
  coloured.client.emit(message)
  assert.ok(coloured.terminal.raw.includes('mbob:\u001b[39m hi'))
  using plain = joined(80, { NO_COLOR: '1' })
  plain.client.emit(message)
  assert.ok(plain.terminal.raw.includes('bob: hi') && !plain.terminal.raw.includes('\u001b[39m'))
})

test('--json at a keyboard: events go to the output, the prompt to the other stream', async () => {
  using all = setUp(80, { NO_COLOR: '1' }, true)
  const { client, keyboard, terminal, stdout } = all
  client.askPassword('enter')
  keyboard.type('secret\r')
  await client.called('password enter secret')
  assert.deepEqual(stdout.seen, ['{"type":"prompt","for":"password"}'])
  assert.deepEqual(terminal.seen, ['Password:'])
})

test('pasted text that fills a row to its end loses nothing above it', async () => {
  using all = joined(40)
  const { client, keyboard, terminal } = all
  // The prompt and the text are two rows of 40.
  keyboard.type('x'.repeat(70))
  await until(() => terminal.seen.join('').includes('x'.repeat(40)))
  client.emit({ type: 'member-joined', alias: 'bob' })
  assert.deepEqual(terminal.seen.slice(2), [
    'Messages and files go to everyone now.',
    'bob joined.',
    `everyone> ${'x'.repeat(30)}`,
    'x'.repeat(40),
  ])
})

test('a lost connection is told once, whatever the number of attempts', () => {
  using all = joined(100)
  const { client, terminal } = all
  for (const retryIn of [1000, 2000, 4000]) {
    client.emit({ type: 'connection', state: 'offline', retryIn })
    client.emit({ type: 'connection', state: 'connecting' })
  }
  client.emit({ type: 'connection', state: 'online' })
  client.emit({ type: 'connection', state: 'offline' })
  assert.deepEqual(terminal.seen.slice(2), [
    'No connection: trying again in 1 s. What you write is kept and sent then.',
    'Connected.',
    'No connection. What you write is kept and sent then.',
    'everyone>',
  ])
})
