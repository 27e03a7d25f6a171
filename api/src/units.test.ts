import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration, parseSize } from './units.ts'

test('durations read 10m everywhere', () => {
  for (const [text, milliseconds] of [
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['7d', 604_800_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['90s', 90_000],
    ['0', 0],
    ['0s', 0],
  ] as const) {
    assert.equal(parseDuration(text), milliseconds, text)
  }
  for (const text of [
    '',
    '10',
    'm',
    '10 m',
    '-10m',
    '1.5h',
    '30m1h',
    '10m10m',
    '10M',
    '10min',
    '1e3s',
    ' 10m',
  ]) {
    assert.equal(parseDuration(text), undefined, JSON.stringify(text))
  }
})

test('sizes read 10GiB everywhere', () => {
  for (const [text, bytes] of [
    ['10GiB', 10 * 1024 ** 3],
    ['64MiB', 67_108_864],
    ['500MB', 500_000_000],
    ['1kB', 1000],
    ['1 KiB', 1024],
    ['1tib', 1024 ** 4],
    ['4096', 4096],
    ['4096B', 4096],
    ['0', 0],
  ] as const) {
    assert.equal(parseSize(text), bytes, text)
  }
  for (const text of ['', 'GiB', '10G', '10Gi', '10iB', '-1MiB', '1.5GiB', '0x10', '9000000TiB', '10 GiB ']) {
    assert.equal(parseSize(text), undefined, JSON.stringify(text))
  }
})
