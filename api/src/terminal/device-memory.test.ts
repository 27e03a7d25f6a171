import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { DeviceMemory, Slot } from '@chat-room/client'
import { createDeviceMemory } from './device-memory.ts'
import { createForgetfulMemory } from './forgetful-memory.ts'
import { stateDirectory } from './state-directory.ts'

const ROOM = 'https://chat.example/main'

let base = ''
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'memory-'))
})
afterEach(() => rm(base, { recursive: true }))

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array | undefined) => content && new TextDecoder().decode(content)

async function slotOf(memory: DeviceMemory, name = 'slot'): Promise<Slot> {
  const slot = await memory.openSlot(ROOM, name)
  assert.ok(slot)
  return slot
}

for (const [kind, create] of [
  ['on disk', () => createDeviceMemory(join(base, 'state'))],
  ['forgetful', () => Promise.resolve(createForgetfulMemory())],
] as const) {
  test(`${kind}: a slot is written, read, let go of, and cleared`, async () => {
    const memory = await create()
    const slot = await slotOf(memory)
    assert.equal(await slot.read(), undefined)
    await slot.write(bytes('one'))
    await slot.write(bytes('two'))
    assert.equal(text(await slot.read()), 'two')
    assert.equal(await memory.openSlot(ROOM, 'slot'), undefined)
    assert.ok(await memory.openSlot(ROOM, 'another'))
    await slot.release()
    const again = await slotOf(memory)
    assert.equal(text(await again.read()), 'two')
    await again.clear()
    assert.equal(await (await slotOf(memory)).read(), undefined)
  })

  test(`${kind}: rooms are remembered one by one`, async () => {
    const memory = await create()
    assert.equal(await memory.knows(ROOM), false)
    await memory.remember(ROOM)
    await memory.remember(ROOM)
    assert.equal(await memory.knows(ROOM), true)
    assert.equal(await memory.knows('https://chat.example/other'), false)
  })
}

test('what is remembered outlives its memory', async () => {
  const first = await createDeviceMemory(join(base, 'state'))
  await first.remember(ROOM)
  const slot = await slotOf(first)
  await slot.write(bytes('kept'))
  await slot.release()
  const second = await createDeviceMemory(join(base, 'state'))
  assert.equal(await second.knows(ROOM), true)
  assert.equal(text(await (await slotOf(second)).read()), 'kept')
})

test('the directory is 0700, files are 0600, and names tell nothing', async () => {
  const directory = join(base, 'deep', 'state')
  const memory = await createDeviceMemory(directory)
  await memory.remember(ROOM)
  const slot = await slotOf(memory, 'alice')
  await slot.write(bytes('x'))
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
  const journal = await memory.openJournal(ROOM, 'alice')
  await journal.append(bytes('x'))
  const names = await readdir(directory)
  assert.equal(names.length, 4)
  for (const name of names) {
    assert.match(name, /^[0-9a-f]{32}\.(room|slot|lock|journal)$/)
    assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600)
  }
  await journal.release()
})

test('whoever leaves leaves nothing behind but that the room is known', async () => {
  const memory = await createDeviceMemory(join(base, 'state'))
  await memory.remember(ROOM)
  const slot = await slotOf(memory)
  await slot.write(bytes('x'))
  const journal = await memory.openJournal(ROOM, 'upload')
  await journal.append(bytes('x'))
  await journal.clear()
  await slot.clear()
  assert.deepEqual(
    (await readdir(join(base, 'state'))).map(name => name.slice(-5)),
    ['.room'],
  )
  assert.equal(await (await slotOf(memory)).read(), undefined)
})

test('writes that overtake one another end with the newest', async () => {
  const memory = await createDeviceMemory(join(base, 'state'))
  const slot = await slotOf(memory)
  await Promise.all(Array.from({ length: 200 }, (_, i) => slot.write(bytes(`version ${i}`))))
  assert.equal(text(await slot.read()), 'version 199')
  const last = slot.write(bytes('last'))
  await slot.release()
  await last
  await assert.rejects(slot.write(bytes('late')), /let go/)
  assert.equal(text(await (await slotOf(memory)).read()), 'last')
})

test('a lock whose file was deleted holds nobody off, and two never hold one', async () => {
  const directory = join(base, 'state')
  // Each takes the slot again and again, and proves by a file of its own that it is alone.
  const racers = await Promise.all(Array.from({ length: 3 }, () => start(RACER, directory)))
  assert.deepEqual(
    racers.map(({ said }) => said),
    ['alone', 'alone', 'alone'],
  )
})

const RACER = `
  import { mkdirSync, rmdirSync } from 'node:fs'
  import { createDeviceMemory } from ${JSON.stringify(new URL('./device-memory.ts', import.meta.url).href)}
  const memory = await createDeviceMemory(process.argv[1])
  for (let taken = 0; taken < 50; ) {
    const slot = await memory.openSlot(${JSON.stringify(ROOM)}, 'slot')
    if (slot === undefined) continue
    mkdirSync(process.argv[1] + '/alone')
    await new Promise(resolve => setImmediate(resolve))
    rmdirSync(process.argv[1] + '/alone')
    await (taken++ % 2 === 0 ? slot.clear() : slot.release())
  }
  console.log('alone')
`

const HOLDER = `
  import { createDeviceMemory } from ${JSON.stringify(new URL('./device-memory.ts', import.meta.url).href)}
  const memory = await createDeviceMemory(process.argv[1])
  const slot = await memory.openSlot(${JSON.stringify(ROOM)}, 'slot')
  await slot?.write(new TextEncoder().encode('of the holder'))
  console.log(slot === undefined ? 'in use' : 'held')
  setInterval(() => {}, 1000)
`

const startHolder = (directory: string) => start(HOLDER, directory)

async function start(script: string, directory: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said).trim() }
}

test('a slot is in use while its process lives, and free when it was killed', async () => {
  const directory = join(base, 'state')
  const first = await startHolder(directory)
  try {
    assert.equal(first.said, 'held')
    const memory = await createDeviceMemory(directory)
    assert.equal(await memory.openSlot(ROOM, 'slot'), undefined)
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    assert.equal(text(await (await slotOf(memory)).read()), 'of the holder')
  } finally {
    first.child.kill('SIGKILL')
  }
})

test('of many processes that come when a holder died, one takes the slot over', async () => {
  const directory = join(base, 'state')
  const dead = await startHolder(directory)
  dead.child.kill('SIGKILL')
  await once(dead.child, 'exit')
  const holders = await Promise.all(Array.from({ length: 4 }, () => startHolder(directory)))
  for (const { child } of holders) child.kill('SIGKILL')
  assert.deepEqual(holders.map(({ said }) => said).sort(), ['held', 'in use', 'in use', 'in use'])
})

test('a crash leaves the old content or the new one: nothing is written in place', async () => {
  const directory = join(base, 'state')
  const memory = await createDeviceMemory(directory)
  const slot = await slotOf(memory)
  await slot.write(bytes('old'))
  const [file] = (await readdir(directory)).filter(name => name.endsWith('.slot'))
  assert.ok(file)
  const { ino } = await stat(join(directory, file))
  await slot.write(bytes('new'))
  assert.notEqual((await stat(join(directory, file))).ino, ino)
  assert.equal(await readFile(join(directory, file), 'utf8'), 'new')
})

test('where state is kept: XDG_STATE_HOME if absolute, else below the home; %LOCALAPPDATA% on Windows', () => {
  assert.equal(stateDirectory({ XDG_STATE_HOME: '/s', HOME: '/h' }, 'linux'), '/s/chat-room')
  assert.equal(stateDirectory({ XDG_STATE_HOME: 's', HOME: '/h' }, 'linux'), '/h/.local/state/chat-room')
  assert.equal(stateDirectory({ HOME: '/h' }, 'darwin'), '/h/.local/state/chat-room')
  assert.equal(stateDirectory({ LOCALAPPDATA: '/local', HOME: '/h' }, 'win32'), '/local/chat-room')
})
