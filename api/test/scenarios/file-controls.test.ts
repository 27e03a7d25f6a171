import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { Gate } from './rig/gate.ts'
import type { Event, Person } from './rig/person.ts'
import { Room } from './rig/room.ts'
import { Wiretap } from './rig/wiretap.ts'

/** More than a sender may have on its way at once: its end is read after its beginning has arrived. */
const LARGE = 8_000_000

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let room: Room
let taps: readonly Wiretap[] = []
let alice: Person
let bob: Person
let carol: Person

/** What alice's and bob's lines hold back. */
const holdBack = (whose: 'alice' | 'bob', gate: Gate): void => {
  const tap = taps[whose === 'alice' ? 0 : 1]
  if (tap !== undefined) tap.hold = gate.hold
}

before(async () => {
  room = await Room.start({ light: true })
  taps = [await Wiretap.before(room), await Wiretap.before(room)]
  const [first, second] = taps.map(({ url }) => ({ url }))
  alice = await room.member('alice', first)
  ;[bob, carol] = await Promise.all([
    room.member('bob', second),
    room.member('carol', { args: ['--accept', 'ask'] }),
  ])
  await Promise.all(['bob', 'carol'].map(alias => alice.event({ type: 'member-joined', alias })))
})

afterEach(() => {
  for (const tap of taps) tap.hold = () => undefined
})

after(async () => {
  try {
    await room[Symbol.asyncDispose]()
  } finally {
    for (const tap of taps) await tap[Symbol.asyncDispose]()
  }
})

/** Sends a file of so many bytes and names it; whoever is told can be waited for. */
async function send(name: string, size: number): Promise<Buffer> {
  const bytes = randomBytes(size)
  await writeFile(join(alice.directory, name), bytes)
  alice.type(`:File ${name}`)
  return bytes
}

/** How a person lists the newest file of this name. */
async function listed(person: Person, name: string): Promise<Record<string, unknown>> {
  person.type(':Files')
  const { files } = (await person.event({ type: 'files' })) as Event & {
    readonly files: readonly Record<string, unknown>[]
  }
  const view = files.findLast(file => file['name'] === name)
  assert.ok(view, `${person.name} has no ${name}`)
  return view
}

const numberOf = async (person: Person, name: string) => Number((await listed(person, name))['number'])

const namesIn = async (person: Person, start: string) =>
  (await readdir(person.directory)).filter(each => each.startsWith(start)).sort()

suite('scenario: the commands for files', () => {
  test(':Accept and :Decline, :Files on both sides, and the sender is told who has it and who does not want it', async () => {
    const bytes = await send('report.pdf', 300_000)
    await carol.event({ type: 'file-offered', name: 'report.pdf' })
    await bob.event({ type: 'file-received', name: 'report.pdf' })
    const { transfer } = await alice.event({ type: 'file-delivered', to: 'bob' })
    const offered = await listed(carol, 'report.pdf')
    assert.deepEqual([offered['state'], offered['direction'], offered['with']], ['offered', 'in', 'alice'])
    carol.type(`:Accept ${offered['number']}`)
    assert.equal((await carol.event({ type: 'file-received', name: 'report.pdf' }))['sha256'], sha256(bytes))
    await alice.event({ type: 'file-delivered', to: 'carol', transfer })
    assert.equal((await listed(carol, 'report.pdf'))['state'], 'done')

    await send('unwanted.txt', 10)
    await carol.event({ type: 'file-offered', name: 'unwanted.txt' })
    carol.type(`:Decline ${await numberOf(carol, 'unwanted.txt')}`)
    await alice.event({ type: 'file-declined', by: 'carol' })
    await alice.event({ type: 'file-delivered', to: 'bob' })
    const { has, declined, state } = await listed(alice, 'unwanted.txt')
    assert.deepEqual([has, declined, state], [['bob'], ['carol'], 'done'])
  })

  test(':Pause and :Continue of a receiver', async () => {
    const gate = new Gate('server', 3)
    holdBack('bob', gate)
    const bytes = await send('paused.bin', LARGE)
    await gate.reached
    await bob.event({ type: 'file-progress' })
    const number = await numberOf(bob, 'paused.bin')
    bob.type(`:Pause ${number}`)
    assert.equal((await listed(bob, 'paused.bin'))['state'], 'paused')
    gate.open()
    // Once more: it is paused, and that is said.
    bob.type(`:Pause ${number}`)
    await bob.event({ type: 'error', code: 'command', message: /paused/ })
    bob.type('still here')
    await alice.hears('still here')
    assert.equal(bob.of('file-received').filter(({ name }) => name === 'paused.bin').length, 0)
    bob.type(`:Continue ${number}`)
    assert.equal((await bob.event({ type: 'file-received', name: 'paused.bin' }))['sha256'], sha256(bytes))
  })

  test(':Pause and :Continue of a sender', async () => {
    const gate = new Gate('client', 3)
    holdBack('alice', gate)
    const bytes = await send('uploading.bin', LARGE)
    await gate.reached
    const number = await numberOf(alice, 'uploading.bin')
    alice.type(`:Pause ${number}`)
    assert.equal((await listed(alice, 'uploading.bin'))['state'], 'paused')
    gate.open()
    alice.type(`:Continue ${number}`)
    assert.equal((await bob.event({ type: 'file-received', name: 'uploading.bin' }))['sha256'], sha256(bytes))
  })

  test(':Cancel of a receiver: its buffer is gone, and it gets nothing of it any more', async () => {
    const gate = new Gate('server', 3)
    holdBack('bob', gate)
    await send('too-large.bin', 3_000_000)
    await gate.reached
    assert.deepEqual(await namesIn(bob, 'too-large'), ['too-large1.bin'])
    bob.type(`:Cancel ${await numberOf(bob, 'too-large.bin')}`)
    const { transfer } = await bob.event({ type: 'file-ended', reason: 'cancelled' })
    await alice.event({ type: 'file-declined', by: 'bob', transfer })
    gate.open()
    const after = await send('after it.txt', 10)
    assert.equal((await bob.event({ type: 'file-received', name: 'after it.txt' }))['sha256'], sha256(after))
  })

  test(':Cancel of a sender: whoever does not have all of it is told, and keeps nothing', async () => {
    const gate = new Gate('client', 3)
    holdBack('alice', gate)
    await send('by mistake.bin', LARGE)
    await gate.reached
    const { transfer } = await bob.event({ type: 'file-offered', name: 'by mistake.bin' })
    // Before it wants something of it, the relay has nobody to tell.
    await bob.event({ type: 'file-progress', transfer })
    alice.type(`:Cancel ${await numberOf(alice, 'by mistake.bin')}`)
    gate.open()
    for (const person of [alice, bob]) {
      await person.event({ type: 'file-ended', transfer, reason: 'withdrawn' })
    }
    assert.equal((await listed(bob, 'by mistake.bin'))['state'], 'ended')
    // Who had not decided yet is told when it decides.
    carol.type(`:Accept ${await numberOf(carol, 'by mistake.bin')}`)
    await carol.event({ type: 'file-ended', transfer })
  })

  test('a file that changes while it is sent is withdrawn, and both sides are told', async () => {
    const gate = new Gate('client', 3)
    holdBack('alice', gate)
    await send('growing.log', LARGE)
    await gate.reached
    const path = join(alice.directory, 'growing.log')
    await writeFile(path, randomBytes(LARGE))
    // A file system may count time in steps that are coarser than a test.
    await utimes(path, 1, 1)
    gate.open()
    const { transfer } = await bob.event({ type: 'file-offered', name: 'growing.log' })
    await alice.event({ type: 'error', code: 'file', message: /growing\.log: the file changed/ })
    for (const person of [alice, bob]) await person.event({ type: 'file-ended', transfer })
    // The same command again sends it as it is now.
    alice.type(':File growing.log')
    const { path: kept } = await bob.event({ type: 'file-received', name: 'growing.log' })
    assert.deepEqual(await readFile(join(bob.directory, String(kept))), await readFile(path))
  })

  test('M8: whoever leaves in the middle of a file leaves no buffer, no journal and no lock behind', async () => {
    const gate = new Gate('server', 3)
    holdBack('bob', gate)
    await send('last.bin', 3_000_000)
    await gate.reached
    await bob.event({ type: 'file-progress' })
    // What is paused is not waited for.
    bob.type(`:Pause ${await numberOf(bob, 'last.bin')}`)
    assert.deepEqual(await namesIn(bob, 'last'), ['last1.bin'])
    bob.type(':Exit')
    carol.type(':Exit')
    assert.deepEqual([await bob.ended(), await carol.ended()], [0, 0])
    const received = bob.of('file-received').map(({ path }) => path)
    assert.deepEqual(await namesIn(bob, ''), received.sort())
    for (const name of ['bob', 'carol']) {
      const kept = await readdir(join(room.stateOf(name), 'chat-room'))
      assert.deepEqual(
        kept.map(each => each.replace(/^.*\./, '')),
        ['room'],
        name,
      )
    }
  })
})
