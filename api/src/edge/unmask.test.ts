import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Unmask, unmask, unmaskByWords } from './unmask.ts'

const KEY = Uint8Array.of(0x01, 0x80, 0xff, 0x3c)
const GUARD = 0xee

/** What RFC 6455 section 5.3 says, to the letter. */
const plain = (masked: Uint8Array, key: Uint8Array) => masked.map((byte, at) => byte ^ (key[at % 4] ?? 0))

const IMPLEMENTATIONS: readonly (readonly [string, Unmask])[] = [
  ['by words, without native code', unmaskByWords],
  ['as it is used on this machine', unmask],
]

for (const [name, run] of IMPLEMENTATIONS)
  suite(`RFC 6455 5.3: unmasking ${name}`, () => {
    for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 1_000])
      test(`${length} bytes, wherever they lie`, () => {
        for (let from = 0; from < 8; from++)
          for (let at = 0; at < 8; at++) {
            const source = new Uint8Array(from + length).fill(0x55).subarray(from)
            for (let index = 0; index < length; index++) source[index] = index * 7
            const before = source.slice()
            const target = new Uint8Array(at + length + 8).fill(GUARD)
            run(source, KEY, target, at)
            const expected = new Uint8Array(target.length).fill(GUARD)
            expected.set(plain(source, KEY), at)
            assert.deepEqual(target, expected)
            assert.deepEqual(source, before, 'what was read is left as it was')
          }
      })

    test('into a view that begins at an odd place of its buffer', () => {
      const source = Uint8Array.from({ length: 40 }, (_, index) => index)
      for (let start = 0; start < 8; start++) {
        const target = new Uint8Array(new ArrayBuffer(64), start, 48)
        run(source, KEY, target, 3)
        assert.deepEqual(target.subarray(3, 43), plain(source, KEY))
      }
    })
  })
