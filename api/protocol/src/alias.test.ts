import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type Alias, aliasSkeleton, parseAlias, suggestAlias } from './alias.ts'
import { classesOf } from './alias-table.ts'
import { LIMITS } from './limits.ts'
import { CLASSES, KEYS, LOOKS } from './unicode.table.ts'

const accepted = (text: string): Alias => {
  const parsed = parseAlias(text)
  assert.ok(parsed.ok, `${text} is refused`)
  return parsed.value
}

const refused = (text: string) => {
  const parsed = parseAlias(text)
  return parsed.ok ? 'accepted' : parsed.error
}

test('the Unicode table is the pinned one: another one would split rooms', () => {
  const hash = createHash('sha256').update([CLASSES, KEYS, LOOKS].join('\n')).digest('hex')
  assert.equal(hash, '2743c1f6107daea7403ad446c3b2275c592a934d4055e1eef09573594925e914')
})

test('M4 ordinary names of many scripts are accepted and shown in NFC', () => {
  for (const name of [
    ...[
      'Alan',
      'Ali',
      'Gil',
      "O'Brien",
      'a:b',
      'Zoë',
      'Nguyễn',
      'İsmail',
      'Straße',
      '小明',
      'さくら',
      'ガンダム',
      '김민준',
    ],
    ...['Олег', 'Вова', 'Гера', 'Γιώργος', 'Νίκος', 'بهرام', 'שרה', 'नमस्ते', 'สมชาย', '7', '_'],
  ]) {
    assert.equal(accepted(name), name.normalize('NFC'))
    assert.equal(accepted(name.normalize('NFD')), name.normalize('NFC'))
  }
})

test('M4 emoji are accepted, with joiners and selectors only where these make an emoji', () => {
  for (const emoji of ['🦊', '👩‍💻', '👨‍👩‍👧‍👦', '🏳️‍⚧️', '🏋🏽‍♂️', '❤️', '1️⃣', '🇩🇪', 'Ana🌻', '🦊fox'])
    accepted(emoji)
  for (const hidden of [
    'a\u200db',
    'a\u200d',
    '\u200d🦊',
    '🦊\u200d',
    '🦊\u200da',
    'a\ufe0f',
    '🦊\ufe0f\ufe0f',
  ]) {
    assert.equal(refused(hidden), 'invisible', hidden)
  }
})

test('M5 joiners and selectors make no second alias', () => {
  assert.equal(aliasSkeleton('👩‍💻'), aliasSkeleton('👩💻'))
  assert.equal(aliasSkeleton('❤️'), aliasSkeleton('❤'))
  assert.equal(aliasSkeleton('1️⃣'), aliasSkeleton('1⃣'))
  assert.notEqual(aliasSkeleton('👩‍💻'), aliasSkeleton('👨‍💻'))
})

const REFUSALS = [
  ['', 'empty'],
  ['x'.repeat(33), 'too-long'],
  ['👨‍👩‍👧‍👦'.repeat(6), 'too-long'],
  ['x'.repeat(1_000_000), 'too-long'],
  ['a b', 'white'],
  ['\u00a0a', 'white'],
  ['a\n', 'white'],
  ['a\u2028', 'white'],
  ['\u3000', 'white'],
  ['\u2800\u2800', 'white'],
  ['a\u0000', 'invisible'],
  ['\u001b[31mred', 'invisible'],
  ['a\u202eb', 'invisible'],
  ['a\u2066b', 'invisible'],
  ['a\u200bb', 'invisible'],
  ['a\u200cb', 'invisible'],
  ['a\u00adb', 'invisible'],
  ['a\u034fb', 'invisible'],
  ['\u3164', 'invisible'],
  ['\u115f', 'invisible'],
  ['\ufeffa', 'invisible'],
  ['\ue000', 'invisible'],
  ['a\u{e0061}', 'invisible'],
  ['葛\u{e0100}', 'invisible'],
  ['a\ud800', 'unassigned'],
  ['\uffff', 'unassigned'],
  ['\u{1fae8}', 'unassigned'], // Unicode 15: shaking face
  ['\u0301', 'marks'],
  ['\u0301a', 'marks'],
  ['a\u0323\u0323', 'marks'],
  ['a\u0316\u0317\u0318\u0319\u031c', 'marks'],
  ['All', 'reserved'],
  ['ALL', 'reserved'],
  ['AlI', 'reserved'],
  ['a11', 'reserved'],
  ['a||', 'reserved'],
  ['аll', 'reserved'], // Cyrillic a
  ['ａｌｌ', 'reserved'],
  ['Everyone', 'reserved'],
  ['еvегуоnе'.replace('г', 'r').replace('у', 'y'), 'reserved'],
  ['ever\ufe0fyone', 'invisible'],
  ['ΝΙΚΗ', 'look-alike'], // all Greek, reads NIKH
  ['ΝAN', 'look-alike'], // Greek nu
  ['Straβe', 'look-alike'], // Greek beta
  ['ſred', 'look-alike'], // long s, reads fred
] as const

test('M5 what could hide, mislead or differ between devices is refused with its reason', () => {
  for (const [text, reason] of REFUSALS) assert.equal(refused(text), reason, JSON.stringify(text))
})

test('M4 32 characters and 128 bytes are the most', () => {
  accepted('x'.repeat(LIMITS.aliasGraphemes))
  accepted('e\u0301'.repeat(32))
  accepted('🦊'.repeat(32))
  accepted('🇩🇪'.repeat(16))
  assert.equal(refused('🇩🇪'.repeat(17)), 'too-long')
  assert.equal(refused(`${'🦊'.repeat(31)}小小`), 'too-long')
})

test('M5 letter case, compatibility forms and look-alikes of other scripts collide', () => {
  for (const [a, b] of [
    ['AIan', 'Alan'],
    ['ALAN', 'alan'],
    ['A1an', 'alan'],
    ['B0B', 'BOB'],
    ['B0B', 'bob'],
    ['ВОВ', 'BOB'], // Cyrillic capitals
    ['вова', 'ВОВА'],
    ['Раmеlа', 'Pamela'],
    ['аlех', 'Alex'],
    ['ΑΝΝΑ', 'άννα'.normalize('NFD').replace(/\u0301/, '')],
    ['ΗΑΝΣ', 'ηανς'],
    ['ΚΑΤΕ', 'KATE'], // Greek capitals
    ['ΖΟΕ', 'zoe'],
    ['Ａｌａｎ', 'Alan'],
    ['𝓐𝓵𝓪𝓷', 'Alan'],
    ['ﬁona', 'fiona'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['İsmail', 'ismail'],
    ['ısmail', 'Ismail'],
    ['i\u0307rma', 'irma'],
    ['i\u0323\u0307rma', 'i\u0323rma'],
    ['j\u0307an', 'jan'],
    ['modern', 'modem'],
    ['Zoe\u0308', 'Zoë'],
    ['Ꮃendy', 'wendy'],
  ] as const) {
    assert.equal(aliasSkeleton(a), aliasSkeleton(b), `${a} and ${b}`)
  }
})

test('M5 names that people tell apart do not collide', () => {
  for (const [a, b] of [
    ['anna', 'hannah'],
    ['小明', '小红'],
    ['Ana', 'Ava'],
    ['Zoe', 'Zoë'],
    ['Bozena', 'Bożena'],
    ['Олег', 'Ольга'],
    ['Νίκος', 'Νίκη'],
    ['rob', 'tob'],
    ['uri', 'yuri'],
    ['alan', 'alan2'],
    ['🦊', '🐺'],
    ['👍🏻', '👍🏿'],
    ['نور', 'نار'],
  ] as const) {
    assert.notEqual(aliasSkeleton(a), aliasSkeleton(b), `${a} and ${b}`)
  }
})

test('M5 over all assigned code points the skeleton is frozen, idempotent and blind to letter case', () => {
  const skeletons = createHash('sha256')
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const character = String.fromCodePoint(codePoint)
    if (/[uwc]/.test(classesOf(character))) continue
    const skeleton = aliasSkeleton(character)
    skeletons.update(`${skeleton}\n`)
    assert.equal(aliasSkeleton(skeleton), skeleton, `U+${codePoint.toString(16)}`)
    // The platform may know letter cases that Unicode 13 does not: those are unassigned there.
    for (const other of [character.toLowerCase(), character.toUpperCase()]) {
      if (classesOf(other).includes('u')) continue
      assert.equal(aliasSkeleton(other), skeleton, `U+${codePoint.toString(16)} ${character} ${other}`)
    }
  }
  assert.equal(skeletons.digest('hex'), '7889f48ad8b18e2a3cdf37dc5700d96cd6b15a5f9fff8bfe3d069d77f93dbfc7')
})

test('M5 a free alias is suggested within the limits', () => {
  const taken = new Set(['alan', 'alan2', 'alan3'].map(aliasSkeleton))
  const isTaken = (alias: Alias) => taken.has(aliasSkeleton(alias))
  assert.equal(suggestAlias(accepted('Alan'), isTaken), 'Alan4')
  assert.equal(
    suggestAlias(accepted('x'.repeat(32)), () => false),
    `${'x'.repeat(31)}2`,
  )
  // A cut through the last family must not leave a joiner behind.
  const families = accepted(`abc${'👨‍👩‍👧‍👦'.repeat(5)}`)
  assert.equal(
    suggestAlias(families, () => false),
    `abc${'👨‍👩‍👧‍👦'.repeat(4)}👨‍👩‍👧2`,
  )
})
