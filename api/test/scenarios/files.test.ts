import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Person } from './rig/person.ts'
import { PASSWORD, Room } from './rig/room.ts'
import { Wiretap } from './rig/wiretap.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let room: Room
let wiretap: Wiretap
/** All three in one directory. */
let shared: string
let alice: Person
let bob: Person
let carol: Person

before(async () => {
  room = await Room.start({ light: true })
  wiretap = await Wiretap.before(room)
  shared = join(room.directory, 'shared')
  alice = await room.member('alice', { cwd: shared })
  ;[bob, carol] = await Promise.all([
    room.member('bob', { cwd: shared, url: wiretap.url }),
    room.member('carol', { cwd: shared }),
  ])
  await Promise.all(['bob', 'carol'].map(alias => alice.event({ type: 'member-joined', alias })))
})

after(async () => {
  try {
    await room[Symbol.asyncDispose]()
  } finally {
    await wiretap[Symbol.asyncDispose]()
  }
})

async function put(name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(shared, name, '..'), { recursive: true })
  await writeFile(join(shared, name), bytes)
}

/** That the person has it whole, under a number of its own; its path. */
async function receives(person: Person, name: string, bytes: Uint8Array): Promise<string> {
  const { size, from } = await person.event({ type: 'file-offered', name })
  assert.deepEqual([from, size], ['alice', bytes.length])
  const received = await person.event({ type: 'file-received', name })
  assert.deepEqual([received['size'], received['sha256']], [bytes.length, sha256(bytes)])
  const path = String(received['path'])
  assert.deepEqual(await readFile(join(shared, path)), Buffer.from(bytes))
  return path
}

const named = async (start: string) => (await readdir(shared)).filter(name => name.startsWith(start)).sort()

suite('scenario: files', () => {
  test('M9, M14: sender and receivers in one directory, and nothing is overwritten', async () => {
    const report = randomBytes(700_000)
    await put('report.pdf', report)
    alice.type(':File report.pdf')
    const paths = await Promise.all([bob, carol].map(person => receives(person, 'report.pdf', report)))
    assert.equal((await alice.event({ type: 'file-sent' }))['to'], 'all')
    for (const path of paths) assert.match(path, /^report[2-4]\.pdf$/)
    assert.deepEqual(await named('report'), ['report.pdf', ...paths].sort())
    assert.deepEqual(await readFile(join(shared, 'report.pdf')), report)
  })

  test('M9, M11: a file goes to whomever messages go to: one alone', async () => {
    const secret = randomBytes(300_000)
    await put('for bob.tar.gz', secret)
    alice.type(':Dm bob', ':File for bob.tar.gz')
    assert.equal(await receives(bob, 'for bob.tar.gz', secret), 'for bob.tar2.gz')
    assert.equal((await alice.event({ type: 'file-sent' }))['to'], 'bob')
    alice.type(':Dm All', 'after the file')
    await carol.hears('after the file')
    assert.ok(!JSON.stringify(carol.events).includes('for bob.tar.gz'))
  })

  test('M9, M14: several at once, from below, empty, without an extension', async () => {
    const files = new Map([
      ['empty', new Uint8Array()],
      ['LICENSE', randomBytes(10)],
      ['Äpfel & 🍐.txt', randomBytes(262_144)],
    ])
    for (const [name, bytes] of files) await put(`sub/dir/${name}`, bytes)
    alice.type(`:File ${[...files.keys()].map(name => `"sub/dir/${name}"`).join(' ')}`)
    for (const person of [bob, carol]) {
      for (const [name, bytes] of files) await receives(person, name, bytes)
    }
    for (const _ of files) await alice.event({ type: 'file-sent' })
    // Nobody's buffer is left behind.
    assert.equal((await named('LICENSE')).length, 2)
    assert.equal((await named('empty')).length, 2)
  })

  test('M14: until the last byte is verified, a file bears its buffer\u2019s name', async () => {
    const bytes = randomBytes(600_000)
    await put('slow.bin', bytes)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { promise: held, resolve: isHeld } = Promise.withResolvers<void>()
    let segments = 0
    // Three segments and the trailer: the last one of them waits.
    wiretap.hold = ({ from, isBinary }) => {
      if (from !== 'server' || !isBinary || ++segments < 4) return
      isHeld()
      return released
    }
    alice.type(':Dm bob', ':File slow.bin')
    await bob.event({ type: 'file-offered', name: 'slow.bin' })
    await held
    await bob.event({ type: 'file-progress' })
    assert.deepEqual(await named('slow'), ['slow.bin', 'slow1.bin'])
    assert.equal(bob.of('file-received').filter(({ name }) => name === 'slow.bin').length, 0)
    release()
    const { path } = await bob.event({ type: 'file-received', name: 'slow.bin' })
    assert.equal(path, 'slow2.bin')
    assert.deepEqual(await named('slow'), ['slow.bin', 'slow2.bin'])
    assert.deepEqual(await readFile(join(shared, 'slow2.bin')), bytes)
    wiretap.hold = () => undefined
    alice.type(':Dm All')
  })

  test('M10: a path that leads outside is refused with a reason, and nothing is offered', async () => {
    await writeFile(join(room.directory, 'outside.txt'), 'not theirs')
    await symlink('../outside.txt', join(shared, 'link-out'))
    await symlink('..', join(shared, 'directory-out'))
    await put('inside.txt', Buffer.from('theirs'))
    await symlink('inside.txt', join(shared, 'link-in'))
    const refused: readonly (readonly [path: string, reason: RegExp])[] = [
      [join(room.directory, 'outside.txt'), /root/],
      ['../outside.txt', /upwards/],
      ['sub/../../outside.txt', /upwards/],
      ['sub\\dir\\LICENSE', /backslash/],
      ['C:/outside.txt', /drive/],
      ['link-out', /outside through a link/],
      ['directory-out/outside.txt', /outside through a link/],
      ['directory-out', /outside through a link/],
      ['sub//dir/LICENSE', /two separators/],
      ['missing.txt', /no such file/],
    ]
    for (const [path, message] of refused) {
      alice.type(`:File ${path}`)
      await alice.event({ type: 'error', code: 'path', message })
    }
    alice.type(':File')
    await alice.event({ type: 'error', code: 'command', message: /Which file/ })
    // A link that stays inside is a file like any other, and the next thing that anybody hears of.
    const offered = bob.of('file-offered').length
    alice.type(':File ./link-in')
    await receives(bob, 'link-in', Buffer.from('theirs'))
    assert.equal(bob.of('file-offered').length, offered + 1)
  })

  test('M9: --accept none receives nothing, and what was sent before somebody came is not fetched by itself', async () => {
    const dave = await room.person('dave', { args: ['--accept', 'none'], cwd: shared })
    await dave.enter(PASSWORD)
    const { name, history } = await dave.event({ type: 'file-offered' })
    assert.deepEqual([name, history], ['report.pdf', true])
    await put('unwanted.txt', Buffer.from('no'))
    alice.type(':File unwanted.txt')
    await dave.event({ type: 'file-offered', name: 'unwanted.txt' })
    await bob.event({ type: 'file-received', name: 'unwanted.txt' })
    dave.type(':Exit')
    assert.equal(await dave.ended(), 0)
    assert.equal(dave.of('file-received').length, 0)
  })

  test('M9: a sender whose input ends goes when the room has the file, and it is received without its sender', async () => {
    const bytes = randomBytes(2_000_000)
    await put('parting gift', bytes)
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    wiretap.hold = ({ isBinary }) => (isBinary ? released : undefined)
    alice.type(':Dm bob', ':File parting gift')
    alice.endInput()
    assert.equal(await alice.ended(), 0)
    await alice.event({ type: 'file-sent' })
    await bob.event({ type: 'member-left', alias: 'alice' })
    assert.equal(bob.of('file-received').filter(({ name }) => name === 'parting gift').length, 0)
    release()
    await receives(bob, 'parting gift', bytes)
  })
})
