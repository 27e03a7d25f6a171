import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Found } from '@chat-room/client'
import { GivenFiles } from './given-files.ts'

const file = (name: string, content = name) => new File([content], name, { lastModified: 1 })

const find = (given: GivenFiles, path: string) => given.find(path.split('/'))

function found(given: GivenFiles, path: string): Found {
  const result = find(given, path)
  assert.ok(result !== undefined && 'files' in result, JSON.stringify(result))
  return result
}

test('M9: a file that was given is found by its name, and by nothing else', () => {
  const given = new GivenFiles()
  const photo = file('photo.jpg')
  assert.deepEqual(given.add([{ file: photo, folder: '' }]), ['photo.jpg'])
  assert.deepEqual(found(given, 'photo.jpg'), { files: [{ path: 'photo.jpg', folder: '' }], omitted: [] })
  assert.equal(given.get('photo.jpg'), photo)
  for (const path of ['photo', 'photo.jp', 'other.jpg', 'photo.jpg/x', '__proto__']) {
    assert.equal(find(given, path), undefined, path)
  }
})

test('another file of a name that is taken has a path of its own; the same one again has the same', () => {
  const given = new GivenFiles()
  const one = file('a.txt', 'one')
  const other = file('a.txt', 'another')
  assert.deepEqual(given.add([{ file: one, folder: '' }]), ['a.txt'])
  assert.deepEqual(given.add([{ file: other, folder: '' }]), ['a1.txt'])
  assert.deepEqual(given.add([{ file: one, folder: '' }]), ['a.txt'])
  assert.deepEqual([given.get('a.txt'), given.get('a1.txt')], [one, other])
})

test('a folder is found whole, with the folders in it as its sender has them', () => {
  const given = new GivenFiles()
  const paths = given.add([
    { file: file('a.jpg'), folder: 'photos' },
    { file: file('b.jpg'), folder: 'photos/2024' },
    { file: file('alone.txt'), folder: '' },
  ])
  assert.deepEqual(paths, ['alone.txt', 'photos'])
  const photos = [
    { path: 'photos/2024/b.jpg', folder: 'photos/2024' },
    { path: 'photos/a.jpg', folder: 'photos' },
  ]
  assert.deepEqual(found(given, 'photos').files, photos)
  assert.deepEqual(found(given, 'photos/2024').files, [photos[0]])
  // Beside it, one of the same name that holds something else.
  assert.deepEqual(given.add([{ file: file('c.jpg'), folder: 'photos' }]), ['photos1'])
  assert.deepEqual(found(given, 'photos').files, photos)
  assert.deepEqual(found(given, 'photos1').files, [{ path: 'photos1/c.jpg', folder: 'photos' }])
})

test('of a folder, what is hidden or cannot be named is left out, and said', () => {
  const given = new GivenFiles()
  given.add([
    { file: file('.env'), folder: 'work' },
    { file: file('config'), folder: 'work/.git' },
    { file: file('a\\b'), folder: 'work' },
    { file: file('deep'), folder: `work${'/a'.repeat(16)}` },
    { file: file('kept'), folder: `work${'/a'.repeat(15)}` },
  ])
  const { files, omitted } = found(given, 'work')
  assert.deepEqual(
    files.map(({ path }) => path),
    [`work${'/a'.repeat(15)}/kept`],
  )
  assert.deepEqual(omitted, [
    'Left out (hidden): work/.env, work/.git/config.',
    `Left out (too deep in folders): work${'/a'.repeat(16)}/deep.`,
    'Left out (a name with a backslash or a control character): work/a\\b.',
  ])
})

test('a folder of too many files is refused as a whole', () => {
  const given = new GivenFiles()
  given.add(Array.from({ length: 1_001 }, (_, at) => ({ file: file(`${at}`), folder: 'many' })))
  assert.match(JSON.stringify(find(given, 'many')), /more than 1000 files/)
})

test('of many that are left out, a few are named', () => {
  const given = new GivenFiles()
  given.add(['.a', '.b', '.c', '.d', '.e', 'kept'].map(name => ({ file: file(name), folder: 'work' })))
  assert.deepEqual(found(given, 'work').omitted, ['Left out (hidden): work/.a, work/.b, work/.c and 2 more.'])
})

test('what a page was given goes over to another one as it was, and so does what an earlier one sent', () => {
  const [first, second] = [new GivenFiles(), new GivenFiles()]
  first.add([{ file: file('a.jpg'), folder: 'photos' }])
  second.adopt(structuredClone(first.held()))
  assert.deepEqual(found(second, 'photos').files, [{ path: 'photos/a.jpg', folder: 'photos' }])
  const film = file('film.mp4')
  second.restore('films/film1.mp4', film)
  assert.equal(second.get('films/film1.mp4'), film)
})
