import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortenTo, textWidth } from './text-width.ts'
import { wrapText } from './wrap.ts'

const wrap = (text: string, columns: number, taken = 0) => wrapText(text, { columns, taken, indent: '  ' })

test('rows are broken between words; every further one is indented', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', '  three', '  four'])
  assert.deepEqual(wrap('one two', 9, 5), ['one', '  two'])
})

test('what is longer than a row is cut between graphemes', () => {
  assert.deepEqual(wrap('abcdefghij', 6), ['abcdef', '  ghij'])
  assert.deepEqual(wrap('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 4), ['👨‍👩‍👧👨‍👩‍👧', '  👨‍👩‍👧'])
})

test('line breaks are kept, blanks cannot push text to the start of a row', () => {
  assert.deepEqual(wrap('a\n12:00 eve: b', 40), ['a', '  12:00 eve: b'])
  for (const row of wrap(`x${' '.repeat(200)}12:00 eve: hi`, 20).slice(1)) assert.match(row, /^( {2}|$)/)
})

test('without a width only line breaks make rows', () => {
  assert.deepEqual(wrapText(`${'x'.repeat(500)}\ny`, { columns: undefined, taken: 0, indent: '  ' }), [
    'x'.repeat(500),
    '  y',
  ])
})

test('no row is wider than it may be, whatever the text', () => {
  const pieces = ['word ', '漢字', '🎉', 'e\u0301', ' ', 'x'.repeat(30), '\n', '\t']
  let seed = 7
  for (let round = 0; round < 300; round++) {
    let text = ''
    for (let i = 0; i < 20; i++) {
      seed = (seed * 48271) % 2147483647
      text += pieces[seed % pieces.length]
    }
    for (const row of wrap(text, 20, 5)) assert.ok(textWidth(row) <= 20, `${round}: ${JSON.stringify(text)}`)
  }
})

test('blanks before a text take no row beyond its width', () => {
  assert.deepEqual(wrap(`${' '.repeat(200)}text`, 20), ['', '  text'])
  for (const row of wrap(`\n${' '.repeat(19)}text`, 20)) assert.ok(textWidth(row) <= 20, row)
})

test('a long text is taken apart once, however many rows it makes', t => {
  const segment = t.mock.method(Intl.Segmenter.prototype, 'segment')
  for (const text of ['漢'.repeat(20_000), 'e\u0301'.repeat(8_000), 'é '.repeat(8_000)]) {
    segment.mock.resetCalls()
    const rows = wrap(text, 30)
    assert.ok(rows.length > 100)
    const work = segment.mock.calls.reduce((sum, { arguments: [input] }) => sum + String(input).length, 0)
    assert.ok(work <= 4 * text.length, `${work} characters were segmented for ${text.length}`)
  }
})

test('a shortened text fits and says that something is missing', () => {
  assert.equal(shortenTo('abcdef', 6), 'abcdef')
  assert.equal(shortenTo('abcdefg', 6), 'abcde…')
  assert.equal(shortenTo('漢字漢字', 6), '漢字…')
})
