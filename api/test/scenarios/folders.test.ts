import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { fileShape } from '../../client/src/crypto/file-stream.ts'
import type { Person } from './rig/person.ts'
import { Room } from './rig/room.ts'

let room: Room
/** All three in one directory. */
let shared: string
let alice: Person
let bob: Person
let carol: Person

before(async () => {
  room = await Room.start({ light: true })
  shared = join(room.directory, 'shared')
  alice = await room.member('alice', { cwd: shared })
  ;[bob, carol] = await Promise.all([
    room.member('bob', { cwd: shared }),
    room.member('carol', { cwd: shared }),
  ])
  await Promise.all(['bob', 'carol'].map(alias => alice.event({ type: 'member-joined', alias })))
})

after(() => room[Symbol.asyncDispose]())

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(shared, path)), { recursive: true })
  await writeFile(join(shared, path), bytes)
}

/** The files below a folder, by their paths in it. */
async function contentOf(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(join(shared, folder), { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const within = join(shared, folder).length + 1
  return new Map(
    await Promise.all(paths.sort().map(async path => [path.slice(within), await readFile(path)] as const)),
  )
}

const folders = async (start: string) => (await readdir(shared)).filter(name => name.startsWith(start)).sort()

/** The largest file of so many segments: it fills them to their last byte. */
function sizeOf(segments: number): number {
  let size = 0
  for (let step = 2 ** 22; step >= 1; step /= 2) {
    if (fileShape(size + step, LIMITS.segmentBytes).segmentCount <= segments) size += step
  }
  return size
}

suite('scenario: folders', () => {
  test('M9, M14: a folder comes whole, with its paths, to each of two receivers in the sender\u2019s directory', async () => {
    const sent = new Map([
      ['2024/Summer/beach.jpg', randomBytes(300_000)],
      ['2024/empty', Buffer.alloc(0)],
      ['one segment', randomBytes(sizeOf(1))],
      ['three segments', randomBytes(sizeOf(3))],
      ['Äpfel & 🍐.txt', randomBytes(10)],
    ])
    for (const [path, bytes] of sent) await put(`trip/${path}`, bytes)
    alice.type(':File trip')
    for (const person of [bob, carol]) {
      const received = await Promise.all(
        [...sent.keys()].map(path =>
          person.event({ type: 'file-received', name: path.split('/').at(-1) ?? '' }),
        ),
      )
      const [kept = ''] = new Set(received.map(({ path }) => String(path).split('/')[0]))
      assert.match(kept, /^trip\d$/)
      assert.deepEqual(await contentOf(kept), sent)
      assert.deepEqual(
        received.map(({ path }) => String(path)),
        [...sent.keys()].map(path => `${kept}/${path}`),
      )
      const offered = person.of('file-offered').map(({ folder }) => folder)
      assert.deepEqual(offered.sort(), ['trip', 'trip', 'trip', 'trip/2024', 'trip/2024/Summer'])
    }
    for (const _ of sent) await alice.event({ type: 'file-sent', to: 'all' })
    // What they were buffered in is gone, and each of the two has a folder of its own.
    assert.equal((await folders('trip')).length, 3)
    assert.deepEqual(await contentOf('trip'), sent)
  })

  test('M14: names that would be something else here become harmless, and none is lost', async () => {
    const names = ['CON', 'nul.txt', 'a', 'A', 'x:y', 'end. .', '\u202egpj.exe', '-rf']
    for (const name of names) await put(`odd/${name}`, Buffer.from(name))
    await put('odd/C O N/x . /deep', Buffer.from('deep'))
    for (const name of ['.hidden', 'back\\slash', 'line\nbreak'])
      await put(`odd/${name}`, Buffer.from('left out'))
    alice.type(':Dm bob', ':File odd', ':Dm All')
    await alice.event({ type: 'error', code: 'path', message: /hidden.*odd\/\.hidden/ })
    await alice.event({ type: 'error', code: 'path', message: /backslash or a control character.*back/s })
    const received = []
    for (let left = names.length + 1; left > 0; left--) {
      received.push(await bob.event({ type: 'file-received', path: /^odd2\// }))
    }
    const texts = [...(await contentOf('odd2'))].map(([path, bytes]) => [path, bytes.toString()] as const)
    // Whichever of the two was there first.
    const paths = received.map(({ path }) => path)
    const both = paths.includes('odd2/a') ? ['a', 'A2'] : ['a2', 'A']
    assert.deepEqual(
      new Map(texts),
      new Map([
        ['-rf', '-rf'],
        [both[0], 'a'],
        [both[1], 'A'],
        ['C O N/x/deep', 'deep'],
        ['CON_', 'CON'],
        ['end', 'end. .'],
        ['gpj.exe', '\u202egpj.exe'],
        ['nul_.txt', 'nul.txt'],
        ['x_y', 'x:y'],
      ]),
    )
    assert.deepEqual(await folders('odd'), ['odd', 'odd2'])
    assert.equal(
      bob.of('file-received').filter(({ path }) => String(path).startsWith('odd')).length,
      names.length + 1,
    )
  })

  test('M9, M10: several folders and files in one command, the directory itself, and what is no folder', async () => {
    await put('one/1', Buffer.from('1'))
    await put('two/in/2', Buffer.from('2'))
    await put('three', Buffer.from('3'))
    await mkdir(join(shared, 'void'))
    alice.type(':Dm carol', ':File "one/" "two/in" "three" "void" "three/"', ':Dm All')
    const paths = []
    for (const name of ['1', '2', '3'])
      paths.push((await carol.event({ type: 'file-received', name: name === '3' ? 'three' : name }))['path'])
    assert.deepEqual(paths, ['one2/1', 'in2/2', 'three2'])
    await alice.event({ type: 'error', code: 'path', message: /nothing in this folder/ })
    await alice.event({ type: 'error', code: 'path', message: /no such file/ })
    const dave = await room.member('dave')
    await bob.event({ type: 'member-joined', alias: 'dave' })
    await writeFile(join(dave.directory, 'own.txt'), 'own')
    dave.type(':Dm bob', ':File .')
    assert.equal((await bob.event({ type: 'file-received', name: 'own.txt' }))['path'], 'dave2/own.txt')
    dave.type(':Exit')
    assert.equal(await dave.ended(), 0)
  })
})
