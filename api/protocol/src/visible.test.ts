import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeVisible } from './visible.ts'

const shown = (text: string) => makeVisible(text, { lineBreaks: 'show' })
const kept = (text: string) => makeVisible(text, { lineBreaks: 'keep' })

test('ordinary text of any script and emoji are left as they are', () => {
  for (const text of [
    'plain ASCII ~!@#',
    'שלום עולם',
    'مرحبا بالعالم',
    'می‌خواهم', // Persian needs its non-joiner
    'نامهٔ\u200cما\u064e\u200cن', // after a vowel sign too
    'क्‍ष',
    'ไทย 小明 한국어 Zoe\u0308',
    '👩‍💻 🏳️‍⚧️ 🏋🏽‍♂️ ❤️ ❤︎ 1️⃣ 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽',
    '葛\u{e0100}城',
    '\u0600١٢٣',
  ]) {
    assert.equal(shown(text), text)
    assert.equal(kept(text), text)
  }
})

test('what could be obeyed or hide is shown', () => {
  for (const [text, visible] of [
    ['\u001b[2J\u001b]0;title\u0007', '␛[2J␛]0;title␇'],
    ['\u009b31m', '⟨U+009B⟩31m'],
    ['a\u0000\u0008\u007f', 'a␀␈␡'],
    ['a\u202egpj.exe', 'a⟨U+202E⟩gpj.exe'],
    ['\u2066x\u2069', '⟨U+2066⟩x⟨U+2069⟩'],
    ['\u200e\u200f\u061c', '⟨U+200E⟩⟨U+200F⟩⟨U+061C⟩'],
    ['a\u200bb\u200cc\u200dd\u2060\ufeff', 'a⟨U+200B⟩b⟨U+200C⟩c⟨U+200D⟩d⟨U+2060⟩⟨U+FEFF⟩'],
    ['a\u061c\u200d\u061cb', 'a⟨U+061C⟩⟨U+200D⟩⟨U+061C⟩b'],
    ['a\u00adb\u034f\u3164', 'a⟨U+00AD⟩b⟨U+034F⟩⟨U+3164⟩'],
    ['a\ufe0f🦊\u200d', 'a⟨U+FE0F⟩🦊⟨U+200D⟩'],
    ['a\u{e0061}\u{e007f}', 'a⟨U+E0061⟩⟨U+E007F⟩'],
    ['\u2028\u2029\u0085', '⟨U+2028⟩⟨U+2029⟩⟨U+0085⟩'],
    ['\ue000\uffff\ud800', '⟨U+E000⟩⟨U+FFFF⟩⟨U+D800⟩'],
  ] as const) {
    assert.equal(shown(text), visible)
    assert.equal(kept(text), visible)
  }
})

test('line breaks and tabs are kept where a text has lines, shown where it has one', () => {
  assert.equal(kept('a\r\nb\n\tc'), 'a\nb\n\tc')
  assert.equal(kept('progress\roverwritten'), 'progress␍overwritten')
  assert.equal(shown('a\r\nb\tc'), 'a␍␊b␉c')
})
