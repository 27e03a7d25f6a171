import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { EVENT_SHAPES } from './rig/event-shapes.ts'
import { Gate } from './rig/gate.ts'
import type { Person } from './rig/person.ts'
import { PASSWORD, Room } from './rig/room.ts'
import { Wiretap } from './rig/wiretap.ts'

// Each person of each scenario checks the fields of whatever it prints: here every promised type is printed.
const seen = new Set<string>()

const note = (...people: readonly Person[]): void => {
  for (const { events } of people) for (const { type } of events) seen.add(type)
}

suite('--json', { concurrency: 2 }, () => {
  test('what was missed, and what nobody is there for any more', async () => {
    await using room = await Room.start({
      light: true,
      env: { LOG_RETENTION_MESSAGES: '5', AWAY_GRACE: '1s' },
    })
    await using wiretap = await Wiretap.before(room)
    const [alice, bob] = await room.members('alice', 'bob')
    const carol = await room.member('carol', { url: wiretap.url })
    await alice.event({ type: 'member-joined', alias: 'carol' })
    bob.type('before')
    await carol.hears('before')

    // A line that breaks for longer than the room waits, while more is said than it keeps.
    wiretap.cut()
    await bob.event({ type: 'member-away', alias: 'carol' })
    const missed = Array.from({ length: 20 }, (_, index) => `missed ${index}`)
    bob.type(...missed, ':Dm alice')
    await alice.hears('missed 19')
    await bob.event({ type: 'target', to: 'alice' })
    for (const _ of missed) await bob.event({ type: 'sent' })
    await bob.event({ type: 'member-left', alias: 'carol' })

    // Somebody who never comes back: what waits for it goes back to its sender.
    await alice.kill()
    await bob.event({ type: 'member-away', alias: 'alice' })
    bob.type('too late')
    const { id } = await bob.event({ type: 'sent', seq: 0 })
    wiretap.mend()
    const undelivered = await bob.event({ type: 'undelivered' })
    assert.deepEqual([undelivered['to'], undelivered['id']], ['alice', id])
    await bob.event({ type: 'member-left', alias: 'alice' })
    bob.type('nobody hears this')
    await bob.event({ type: 'error', code: 'recipient-gone' })
    assert.equal(bob.of('undelivered').length, 1)

    // A hole is told as a number, and what is left of the log follows it.
    const { missed: gap } = await carol.event({ type: 'gap' })
    const { history } = await carol.hears('missed 19')
    assert.equal(history, true)
    const told = carol.texts.filter(text => text.startsWith('missed'))
    assert.equal(Number(gap) + told.length, missed.length, 'what is not told is counted')
    assert.deepEqual(told, missed.slice(-told.length))
    await bob.event({ type: 'member-joined', alias: 'carol' })

    bob.type(':Aliases')
    const { aliases } = await bob.event({ type: 'aliases', aliases: ['bob', 'carol'] })
    assert.deepEqual(aliases, ['bob', 'carol'])
    const late = await room.person('alice')
    await late.enter(PASSWORD)
    note(alice, bob, carol, late)
  })

  test('what happens to files that are declined, interrupted, waited for and resumed', async () => {
    await using room = await Room.start({ light: true })
    await using wiretap = await Wiretap.before(room)
    const before = await room.member('alice', { url: wiretap.url })
    const bob = await room.member('bob', { args: ['--accept', 'ask'] })
    await before.event({ type: 'member-joined', alias: 'bob' })
    await writeFile(join(before.directory, 'no.txt'), 'no')
    before.type(':File no.txt')
    const { transfer: declined } = await bob.event({ type: 'file-offered', name: 'no.txt' })
    bob.type(':Decline 1')
    await bob.event({ type: 'file-ended', transfer: declined })
    await before.event({ type: 'file-declined', transfer: declined, by: 'bob' })

    // Its sender dies in the middle of a folder's file; the next one goes on with it.
    await mkdir(join(before.directory, 'folder'))
    await writeFile(join(before.directory, 'folder', 'file'), randomBytes(3_000_000))
    const gate = new Gate('client', 6)
    wiretap.hold = gate.hold
    before.type(':File folder')
    const { transfer, folder } = await bob.event({ type: 'file-offered', name: 'file' })
    assert.equal(folder, 'folder')
    bob.type(':Accept 2')
    await gate.reached
    await bob.event({ type: 'file-progress', transfer })
    await before.kill()
    await bob.event({ type: 'file-waiting', transfer, for: 'sender' })
    wiretap.hold = () => undefined
    const alice = await room.member('alice', { url: wiretap.url })
    await alice.event({ type: 'file-interrupted', transfer, name: 'file', size: 3_000_000 })
    alice.type(':File folder')
    await alice.event({ type: 'file-resumed', transfer, direction: 'out' })
    await alice.event({ type: 'file-sent', transfer })
    await bob.event({ type: 'file-received', transfer, path: 'folder2/file' })
    await alice.event({ type: 'file-delivered', transfer, to: 'bob' })
    alice.type(':Files')
    const { files } = await alice.event({ type: 'files' })
    assert.ok(Array.isArray(files))
    const view = files.find(each => each.transfer === transfer)
    assert.deepEqual([view.state, view.folder, view.has], ['done', 'folder', ['bob']])
    note(before, alice, bob)
  })

  test('what is said, and a line that breaks and is mended', async () => {
    await using room = await Room.start({ light: true })
    await using wiretap = await Wiretap.before(room)
    const [alice, bob] = await room.members('alice', 'bob')
    const carol = await room.member('carol', { url: wiretap.url })
    await alice.event({ type: 'member-joined', alias: 'carol' })

    // A file, a message and an error.
    await mkdir(alice.directory, { recursive: true })
    await writeFile(join(alice.directory, 'a.txt'), 'a file')
    alice.type(':File a.txt', ':File b.txt', 'a message')
    await carol.event({ type: 'file-received', name: 'a.txt', path: 'a2.txt' })
    await bob.hears('a message')

    wiretap.cut()
    await carol.event({ type: 'connection', state: 'offline' })
    await bob.event({ type: 'member-away', alias: 'carol' })
    wiretap.mend()
    await bob.event({ type: 'member-back', alias: 'carol' })

    // Whoever left for good comes back with other keys.
    bob.type(':Exit')
    await bob.ended()
    await alice.event({ type: 'member-left', alias: 'bob' })
    const other = await room.member('bob')
    await alice.event({ type: 'new-key', alias: 'bob' })
    note(alice, bob, carol, other)
  })
})

test('--json: every event that is promised was printed, with exactly its fields', () => {
  assert.deepEqual(
    Object.keys(EVENT_SHAPES).filter(type => !seen.has(type)),
    [],
  )
})
