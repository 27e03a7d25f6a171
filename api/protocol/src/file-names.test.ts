import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import {
  FOLDER_LIMITS,
  nameKey,
  numberedFolder,
  numberedName,
  safeFileName,
  safeFolderPath,
} from './file-names.ts'

test('M14 a received name becomes one harmless component', () => {
  for (const [received, name] of [
    ['report.pdf', 'report.pdf'],
    ['Отчёт 2024.pdf', 'Отчёт 2024.pdf'],
    ['e\u0301.txt', '\u00e9.txt'],
    ['👩‍💻.png', '👩‍💻.png'],
    ['/etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['a/b\\c.txt', 'c.txt'],
    ['.bashrc', 'bashrc'],
    ['...x', 'x'],
    ['. .x', 'x'],
    ['\u202e.x', 'x'],
    ['name. . ', 'name'],
    ['', 'file'],
    ['..', 'file'],
    ['a/', 'file'],
    ['\u200b', 'file'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['a\u001b[2Jb\n.txt', 'a[2Jb.txt'],
    ['a:b|c?.txt', 'a_b_c_.txt'],
    ['CON', 'CON_'],
    ['nul.tar.gz', 'nul_.tar.gz'],
    ['Com1.txt', 'Com1_.txt'],
    ['LPT¹', 'LPT¹_'],
    ['aux .txt', 'aux_ .txt'],
    ['com.txt', 'com_.txt'],
    ['console.log', 'console.log'],
    ['COM10.txt', 'COM10.txt'],
    ['a\ud800', 'a\ufffd'],
  ] as const) {
    assert.equal(safeFileName(received), name, JSON.stringify(received))
  }
})

test('M14 a long name is cut to 200 bytes between graphemes, its extension kept', () => {
  assert.equal(safeFileName(`${'x'.repeat(300)}.pdf`), `${'x'.repeat(196)}.pdf`)
  const family = '👨‍👩‍👧‍👦'
  assert.equal(safeFileName(`${family.repeat(20)}.png`), `${family.repeat(7)}.png`)
  assert.equal(safeFileName(`a.${'x'.repeat(300)}`), `a.${'x'.repeat(198)}`)
  assert.ok(Buffer.byteLength(safeFileName(`a${'\u0301'.repeat(300)}`)) <= 200)
  assert.equal(safeFileName('x'.repeat(5_000_000)).length, 200)
})

test('M14 the number goes before the last dot, or to the end', () => {
  for (const [name, number, numbered] of [
    ['name.ext', 1, 'name1.ext'],
    ['archive.tar.gz', 1, 'archive.tar1.gz'],
    ['name', 2, 'name2'],
    ['.profile', 1, '.profile1'],
    ['name9.ext', 10, 'name910.ext'],
  ] as const) {
    assert.equal(numberedName(name, number), numbered)
  }
})

test('M14 a name that was made harmless is so: what was taken away leaves nothing to take away', () => {
  for (const received of ['\u0aef\u200d\u06e7\u200d\u0339x', 'a\u061c\u200d\u061cb']) {
    const name = safeFileName(received)
    assert.equal(safeFileName(name), name)
  }
})

test('M14 a numbered name stays within 200 bytes', () => {
  assert.equal(numberedName(`${'x'.repeat(196)}.pdf`, 12), `${'x'.repeat(194)}12.pdf`)
  assert.equal(numberedName('é'.repeat(100), 1), `${'é'.repeat(99)}1`)
})

test('M14 a received folder keeps its shape, and leads neither upwards nor anywhere else', () => {
  for (const [received, folders] of [
    ['photos', ['photos']],
    ['photos/2024/Summer', ['photos', '2024', 'Summer']],
    ['/etc/cron.d', ['etc', 'cron.d']],
    ['../../up', ['up']],
    ['a/../../b', ['a', 'b']],
    ['a\\..\\b', ['a', 'b']],
    ['C:\\Windows', ['C_', 'Windows']],
    ['.ssh/./keys', ['ssh', 'keys']],
    ['a//b/', ['a', 'b']],
    ['CON/nul.d', ['CON_', 'nul_.d']],
    ['a\u202e/b\u0000c\u001b[2J', ['a', 'bc[2J']],
    ['', ['folder']],
    ['..', ['folder']],
    ['\u200b/...', ['folder']],
  ] as const) {
    assert.deepEqual(safeFolderPath(received), folders, JSON.stringify(received))
  }
})

test('M14 a folder that is too deep, or too long, is cut: its files move up', () => {
  const deep = Array.from({ length: 100 }, (_, index) => `d${index}`)
  assert.deepEqual(safeFolderPath(deep.join('/')), deep.slice(0, FOLDER_LIMITS.depth))
  const long = Array.from({ length: 10 }, (_, index) => `${index}${'x'.repeat(199)}`)
  assert.deepEqual(safeFolderPath(long.join('/')), long.slice(0, 4))
  assert.equal(safeFolderPath('a/'.repeat(1_000_000)).length, FOLDER_LIMITS.depth)
})

test('M14 names that a disk may take for one another have one key', () => {
  for (const [one, other] of [
    ['Readme.MD', 'README.md'],
    ['\u00e9', 'e\u0301'],
    ['\u00c9', 'e\u0301'],
    ['stra\u00dfe', 'STRASSE'],
    ['\u03c3', '\u03c2'],
    ['\u212a', 'k'],
  ] as const) {
    assert.equal(nameKey(one), nameKey(other), `${one} ${other}`)
  }
  assert.notEqual(nameKey('a'), nameKey('b'))
  assert.notEqual(nameKey('a1'), nameKey('a2'))
})

test('M14 the number of a folder goes to its end, within 200 bytes', () => {
  assert.equal(numberedFolder('photos', 1), 'photos1')
  assert.equal(numberedFolder('v1.2', 2), 'v1.22')
  assert.equal(numberedFolder('\u00e9'.repeat(100), 12), `${'\u00e9'.repeat(99)}12`)
})
