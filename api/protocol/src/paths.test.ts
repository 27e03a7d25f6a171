import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRelativePath } from './paths.ts'

test('M10 a relative path is its components, without those that stay where they are; none is the directory itself', () => {
  for (const [text, components] of [
    ['file.txt', ['file.txt']],
    ['sub/dir/file', ['sub', 'dir', 'file']],
    ['./a/./b', ['a', 'b']],
    ['...', ['...']],
    ['..a/b..', ['..a', 'b..']],
    [' a b ', [' a b ']],
    ['.hidden', ['.hidden']],
    ['xy:z', ['xy:z']],
    ['~/a', ['~', 'a']],
    ['$HOME', ['$HOME']],
    ['folder/', ['folder']],
    ['a/./', ['a']],
    ['.', []],
    ['./', []],
    ['./.', []],
  ] as const) {
    assert.deepEqual(parseRelativePath(text), { ok: true, value: components })
  }
})

test('M10 every other path is refused with its reason', () => {
  for (const [text, error] of [
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['//host/share', 'absolute'],
    ['C:/x', 'drive'],
    ['c:x', 'drive'],
    ['..', 'parent'],
    ['a/../b', 'parent'],
    ['a/..', 'parent'],
    ['../a', 'parent'],
    ['a\\b', 'backslash'],
    ['..\\a', 'backslash'],
    ['\\\\host\\share', 'backslash'],
    ['a\0b', 'control'],
    ['a\nb', 'control'],
    ['a\u0085', 'control'],
    ['a\ud800', 'control'],
    ['a//b', 'empty-component'],
    ['a//', 'empty-component'],
    ['./C:/x', 'drive'],
    ['../', 'parent'],
  ] as const) {
    assert.deepEqual(parseRelativePath(text), { ok: false, error }, JSON.stringify(text))
  }
})
