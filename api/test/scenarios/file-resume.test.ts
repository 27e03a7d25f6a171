import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { Gate } from './rig/gate.ts'
import type { Person } from './rig/person.ts'
import { PASSWORD, Room } from './rig/room.ts'
import { Wiretap } from './rig/wiretap.ts'

/** Twelve segments, of which the gates let some pass. */
const SIZE = 12 * 260_000

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let room: Room
let taps: { readonly alice: Wiretap; readonly bob: Wiretap }
let alice: Person
let bob: Person

before(async () => {
  room = await Room.start({ light: true })
  taps = { alice: await Wiretap.before(room), bob: await Wiretap.before(room) }
  alice = await room.member('alice', { url: taps.alice.url })
  bob = await room.member('bob', { url: taps.bob.url })
  await alice.event({ type: 'member-joined', alias: 'bob' })
})

afterEach(() => {
  for (const tap of Object.values(taps)) tap.hold = () => undefined
})

after(async () => {
  try {
    await room[Symbol.asyncDispose]()
  } finally {
    for (const tap of Object.values(taps)) await tap[Symbol.asyncDispose]()
  }
})

async function put(name: string, size = SIZE): Promise<Buffer> {
  const bytes = randomBytes(size)
  await mkdir(join(alice.directory, name, '..'), { recursive: true })
  await writeFile(join(alice.directory, name), bytes)
  return bytes
}

/** Ends a person's process, and starts it again where it was, with what it had kept. */
async function again(who: 'alice' | 'bob', signal: 'SIGTERM' | 'SIGKILL'): Promise<Person> {
  const [one, other] = who === 'alice' ? [alice, bob] : [bob, alice]
  one.signal(signal)
  await one.ended()
  await other.event({ type: 'member-away', alias: who })
  taps[who].hold = () => undefined
  const person = await room.person(who, { url: taps[who].url })
  await person.enter(PASSWORD)
  await other.event({ type: 'member-back', alias: who })
  return person
}

/** Segments that pass from here on, their frames counted by what they weigh. */
function countSegments(tap: Wiretap, from: 'client' | 'server'): () => number {
  let bytes = 0
  tap.onFrame = frame => {
    if (frame.isBinary && frame.from === from) bytes += frame.bytes.length
  }
  return () => bytes / LIMITS.segmentBytes
}

const namesIn = async (person: Person, start: string) =>
  (await readdir(person.directory)).filter(name => name.startsWith(start)).sort()

suite('scenario: files over the end of a client', () => {
  test('SIGTERM of a receiver: its next process goes on by itself with what is there', async () => {
    const name = 'to-bob.bin'
    const bytes = await put(name)
    const gate = new Gate('server', 6)
    taps.bob.hold = gate.hold
    alice.type(`:File ${name}`)
    await gate.reached
    const { transfer } = await bob.event({ type: 'file-offered', name })
    await bob.event({ type: 'file-progress', transfer })
    const buffer = name.replace('.', '1.')
    assert.ok((await namesIn(bob, 'to-bob')).includes(buffer))
    bob = await again('bob', 'SIGTERM')
    const fetched = countSegments(taps.bob, 'server')
    const { received } = await bob.event({ type: 'file-resumed', name, direction: 'in', size: SIZE })
    assert.ok(Number(received) > 0)
    const { path, sha256: digest } = await bob.event({ type: 'file-received', name })
    assert.equal(digest, sha256(bytes))
    assert.equal(path, name.replace('.', '2.'))
    assert.deepEqual(await readFile(join(bob.directory, String(path))), bytes)
    assert.ok(fetched() < 12, `${fetched()} segments were fetched again`)
    assert.ok(!(await namesIn(bob, 'to-bob')).includes(buffer))
    await alice.event({ type: 'file-delivered', to: 'bob', transfer })
  })

  test('SIGTERM of a receiver in the middle of a folder: all of it comes to one place', async () => {
    const names = ['a.bin', 'b.bin', 'in/c.bin', 'in/d.bin', 'in/e.bin', 'f.bin']
    const sent = new Map<string, Buffer>()
    for (const name of names) sent.set(name, await put(`trip/${name}`, 1_000_000))
    const gate = new Gate('server', 6)
    taps.bob.hold = gate.hold
    alice.type(':File trip')
    // What is offered to somebody who is away is not fetched by itself.
    for (const name of names) await bob.event({ type: 'file-offered', name: name.replace('in/', '') })
    await gate.reached
    const former = bob
    bob = await again('bob', 'SIGTERM')
    for (const name of names) {
      const event = { type: 'file-received', name: name.replace('in/', '') }
      const isThere = former.of('file-received').some(received => received['name'] === event.name)
      const { path } = await (isThere ? former : bob).event(event)
      assert.equal(path, `trip2/${name}`)
      assert.deepEqual(await readFile(join(bob.directory, String(path))), sent.get(name))
    }
    assert.deepEqual(await namesIn(bob, 'trip'), ['trip2'])
  })

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`${signal} of a sender: the same :File again, or :Continue, sends what is missing`, async () => {
      const name = `from-alice-${signal}.bin`
      const bytes = await put(name)
      const gate = new Gate('client', 6)
      taps.alice.hold = gate.hold
      alice.type(`:File ${name}`)
      await gate.reached
      // What bob has, the server has for good.
      const { transfer } = await bob.event({ type: 'file-offered', name })
      await bob.event({ type: 'file-progress', transfer })
      alice = await again('alice', signal)
      await alice.event({ type: 'file-interrupted', name, size: SIZE, transfer })
      const sent = countSegments(taps.alice, 'client')
      if (signal === 'SIGTERM') alice.type(`:File ./${name}`)
      else {
        alice.type(':Files')
        const { files } = (await alice.event({ type: 'files' })) as unknown as {
          readonly files: readonly {
            readonly number: number
            readonly transfer: string
            readonly state: string
          }[]
        }
        const view = files.find(each => each.transfer === transfer)
        assert.equal(view?.state, 'interrupted')
        alice.type(`:Continue ${view?.number}`)
      }
      const { received } = await alice.event({ type: 'file-resumed', name, direction: 'out', transfer })
      assert.ok(Number(received) > 0)
      await alice.event({ type: 'file-sent', transfer })
      assert.ok(sent() < 12, `${sent()} segments were sent again`)
      assert.equal((await bob.event({ type: 'file-received', transfer }))['sha256'], sha256(bytes))
    })
  }

  test('a file that changed since its sender ended is sent anew, and the old one is withdrawn', async () => {
    await put('changed.bin')
    const gate = new Gate('client', 3)
    taps.alice.hold = gate.hold
    alice.type(':File changed.bin')
    await gate.reached
    const { transfer } = await bob.event({ type: 'file-offered', name: 'changed.bin' })
    alice = await again('alice', 'SIGTERM')
    const bytes = await put('changed.bin')
    alice.type(':File changed.bin')
    await bob.event({ type: 'file-ended', transfer })
    const received = await bob.event({ type: 'file-received', name: 'changed.bin' })
    assert.equal(received['sha256'], sha256(bytes))
    assert.notEqual(received['transfer'], transfer)
  })

  test('M14: a receiver that keeps no state keeps no buffer either', async () => {
    const carol = await room.member('carol', { args: ['--no-state'], url: taps.bob.url })
    await alice.event({ type: 'member-joined', alias: 'carol' })
    const gate = new Gate('server', 6)
    taps.bob.hold = gate.hold
    await put('brief.bin')
    alice.type(':Dm carol', ':File brief.bin')
    await gate.reached
    assert.deepEqual(await namesIn(carol, 'brief'), ['brief1.bin'])
    carol.signal('SIGTERM')
    await carol.ended()
    assert.deepEqual(await namesIn(carol, ''), [])
  })
})
