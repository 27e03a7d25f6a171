import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { generatePassphrase } from './passphrase.ts'
import { strengthOf } from './password-strength.ts'

const text = await readFile(new URL('./passphrase-words.txt', import.meta.url), 'utf8')
const words = text.trim().split(/\s+/)

test('the list has 7 776 different words of letters', () => {
  assert.equal(new Set(words).size, 7_776)
  assert.deepEqual(
    words.filter(word => !/^[a-z-]{3,}$/.test(word)),
    [],
  )
})

test('five words are drawn, and a value above the last whole multiple of the list is drawn again', () => {
  const limit = Math.floor(2 ** 32 / words.length) * words.length
  const drawn = [limit, 2 ** 32 - 1, 0, 1, limit - 1, words.length, 5]
  const passphrase = generatePassphrase(words, values => {
    values[0] = drawn.shift() ?? assert.fail('more than was needed')
  })
  assert.equal(passphrase, [words[0], words[1], words[7_775], words[0], words[5]].join('-'))
})

test('a generated passphrase is strong, what everybody guesses is not', () => {
  assert.equal(strengthOf(generatePassphrase(words, values => crypto.getRandomValues(values))), 'strong')
  for (const common of ['password', 'Password1!', '12345678', 'QWERTY', 'geheim99']) {
    assert.equal(strengthOf(common), 'common', common)
  }
  assert.equal(strengthOf('aaaaaaaaaaaaaaaaaaaaaaaaa'), 'short')
  assert.equal(strengthOf('x7!kq'), 'short')
  assert.equal(strengthOf('tr0ub4dor'), 'weak')
  assert.equal(strengthOf('Wv9$kz2Lm!q8Rt'), 'good')
})
