import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEmojiAlone, tokenize } from './rich-text.ts'
import { shown } from './shown.ts'

const links = (text: string) =>
  tokenize(text).flatMap(token => (token.kind === 'link' ? [[token.text, token.href]] : []))

test('the tokens of a message are all of it, in order', () => {
  const text = 'see https://a.example/x, `code` and **this** or _that_'
  assert.deepEqual(
    tokenize(text).map(({ kind, text: each }) => [kind, each]),
    [
      ['text', 'see '],
      ['link', 'https://a.example/x'],
      ['text', ', '],
      ['code', 'code'],
      ['text', ' and '],
      ['strong', 'this'],
      ['text', ' or '],
      ['emphasis', 'that'],
    ],
  )
})

test('only http and https become links', () => {
  assert.deepEqual(links('javascript:alert(1) data:text/html,x file:///etc ftp://x.example mailto:a@b'), [])
  assert.deepEqual(links('http://a.example'), [['http://a.example', 'http://a.example/']])
})

test('an address with a user name is no link: it names another host than it seems to', () => {
  assert.deepEqual(links('https://bank.example@evil.example/'), [])
  assert.deepEqual(links('https://a:b@evil.example/'), [])
})

test('what ends the sentence is not of the address, a bracket that was opened in it is', () => {
  assert.equal(links('(https://a.example/b_(c))')[0]?.[0], 'https://a.example/b_(c)')
  assert.equal(links('Look: https://a.example/?!')[0]?.[0], 'https://a.example/')
})

test('a bidi override ends an address and is seen, as are terminal escapes', () => {
  const [link, rest] = tokenize('https://a.example/\u202etxt.exe')
  assert.equal(link?.text, 'https://a.example/')
  assert.equal(rest?.text, '⟨U+202E⟩txt.exe')
  assert.equal(shown('a\u001b[31m\nb'), 'a␛[31m␊b')
})

test('HTML is text', () => {
  const text = '<img src=x onerror=alert(1)>'
  assert.deepEqual(tokenize(text), [{ kind: 'text', text }])
})

test('a block keeps its lines, loses the name of its language, and nothing in it is marked up', () => {
  assert.deepEqual(tokenize('a\n```ts\nlet **x** = 1\nhttps://a.example\n```\nb'), [
    { kind: 'text', text: 'a\n' },
    { kind: 'block', text: 'let **x** = 1\nhttps://a.example' },
    { kind: 'text', text: 'b' },
  ])
})

test('marks within a word are the word: snake_case_name, 2**3**4', () => {
  for (const text of ['snake_case_name', '2**3**4', '** a **', '__']) {
    assert.deepEqual(tokenize(text), [{ kind: 'text', text }])
  }
})

test('a hostile message of 16 KiB is read in time that grows with its length', () => {
  for (const piece of ['`', '```', '**a', '_a', 'https://', 'https://a.example/((((', '[(', '_*`']) {
    const text = piece.repeat(Math.floor(16_384 / piece.length))
    assert.equal(tokenize(text).length > 0, true)
  }
})

test('up to three emoji and nothing else are emoji alone', () => {
  for (const text of ['👍', '👩🏽‍🚀', '🇩🇪🇦🇹', ' ❤️ 🎉 ']) assert.equal(isEmojiAlone(text), true, text)
  for (const text of ['12', '👍 yes', '#', '👍👍👍👍', '']) assert.equal(isEmojiAlone(text), false, text)
})
