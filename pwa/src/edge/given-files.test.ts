import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Found } from '@chat-room/client'
import { GivenFiles } from './given-files.ts'

const file = (name: string, content = name) => new File([content], name, { lastModified: 1 })

function found(given: GivenFiles, path: string): Found {
  const result = given.find(path)
  assert.ok('files' in result, JSON.stringify(result))
  return result
}

test('M9: a file that was given is found by its name, and by nothing else', () => {
  const given = new GivenFiles()
  const photo = file('photo.jpg')
  assert.deepEqual(given.add([{ file: photo, folder: '' }]), ['photo.jpg'])
  assert.deepEqual(found(given, './photo.jpg'), { files: [{ path: 'photo.jpg', folder: '' }], omitted: [] })
  assert.equal(given.get('photo.jpg'), photo)
  for (const path of ['photo', 'photo.jp', 'other.jpg', 'photo.jpg/x', '__proto__']) {
    assert.match(JSON.stringify(given.find(path)), /picked here or dropped/, path)
  }
})

for (const path of ['/etc/passwd', '../photo.jpg', 'a\\photo.jpg', 'C:/photo.jpg', '', 'a//b']) {
  test(`M10: ${JSON.stringify(path)} is refused with a reason`, () => {
    const given = new GivenFiles()
    given.add([{ file: file('photo.jpg'), folder: '' }])
    assert.ok('problem' in given.find(path))
  })
}

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
    { path: 'photos/a.jpg', folder: 'photos' },
    { path: 'photos/2024/b.jpg', folder: 'photos/2024' },
  ]
  for (const path of ['photos', 'photos/']) assert.deepEqual(found(given, path).files, photos)
  assert.deepEqual(found(given, 'photos/2024').files, [photos[1]])
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
  assert.equal(omitted.length, 4)
  assert.match(omitted.join(' '), /hidden.*hidden.*backslash.*too deep/)
})

test('a folder of too many files is refused as a whole', () => {
  const given = new GivenFiles()
  given.add(Array.from({ length: 1_001 }, (_, at) => ({ file: file(`${at}`), folder: 'many' })))
  assert.match(JSON.stringify(given.find('many')), /more than 1000 files/)
})
