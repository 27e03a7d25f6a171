import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { aliasSkeleton, parseAlias } from './alias.ts'
import { formatArgument, parseArguments, quote } from './commands/arguments.ts'
import { complete, parseLine } from './commands.ts'
import { FOLDER_LIMITS, numberedName, safeFileName, safeFolderPath } from './file-names.ts'
import { parseRelativePath } from './paths.ts'
import { utf8Length } from './utf8-length.ts'
import { makeVisible } from './visible.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32))

/** xorshift32: small, and the same everywhere. */
function createRandom(start: number) {
  let state = start >>> 0 || 1
  const below = (limit: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
  const one = <T>(choices: readonly [T, ...T[]]): T => choices[below(choices.length)] ?? choices[0]
  const character = (): string => {
    const limit = one([0x80, 0x80, 0x600, 0x3000, 0x110000])
    return below(3) === 0
      ? one([
          '"',
          "'",
          '\\',
          '/',
          '.',
          '..',
          ':',
          ' ',
          '\n',
          '\u0307',
          '\u200d',
          '\ufe0f',
          '\u202e',
          '👩‍💻',
          'CON',
          '\ud83d',
        ])
      : String.fromCodePoint(below(limit))
  }
  const text = (length: number): string => Array.from({ length: below(length) }, character).join('')
  return { below, text }
}

/** Runs `property` on many random texts, and names seed and text when it fails. */
function forAll(
  name: string,
  length: number,
  property: (text: string, below: (limit: number) => number) => void,
) {
  test(name, t => {
    t.diagnostic(`SEED=${seed}`)
    const random = createRandom(seed)
    for (let round = 0; round < 5_000; round++) {
      const text = random.text(length)
      try {
        property(text, random.below)
      } catch (cause) {
        throw new Error(`SEED=${seed} ${JSON.stringify(text)}: ${cause}`, { cause })
      }
    }
  })
}

forAll('M5 an accepted alias is its own NFC, and its skeleton is stable in every form', 8, text => {
  const parsed = parseAlias(text)
  if (!parsed.ok) return
  const alias = parsed.value
  assert.equal(alias, text.normalize('NFC'))
  assert.deepEqual(parseAlias(alias), parsed)
  const skeleton = aliasSkeleton(alias)
  assert.equal(aliasSkeleton(skeleton), skeleton)
  assert.equal(aliasSkeleton(alias.normalize('NFKD')), skeleton)
})

forAll('M7 a line is a message, a command or a problem, and never throws', 40, text => {
  const line = parseLine(text)
  if (text.trim() === '') assert.equal(line.kind, 'nothing')
  else if (text.startsWith('::'))
    assert.deepEqual(line, { kind: 'message', text: text.slice(1).toWellFormed() })
  else if (text.startsWith(':')) assert.notEqual(line.kind, 'message')
  else assert.deepEqual(line, { kind: 'message', text: text.toWellFormed() })
})

forAll('M9 quoting and formatting are inverse to parsing', 12, text => {
  assert.deepEqual(parseArguments(`${quote(text)} ${quote('x')}`), { ok: true, value: [text, 'x'] })
  if (text !== '') assert.deepEqual(parseArguments(formatArgument(text)), { ok: true, value: [text] })
})

forAll('M9 a completed path is parsed as that path', 12, (text, below) => {
  const name = `${text.replace(/[\n/]/g, '')}x`
  const typed = below(2) === 0 ? '' : name
  for (const line of [`:File ${quote(typed).slice(0, -1)}`, ':File ']) {
    const [candidate] = complete(line, line.length, { aliases: [], names: [name] }).candidates
    assert.ok(candidate)
    const { replaceFrom } = complete(line, line.length, { aliases: [] })
    assert.deepEqual(parseLine(line.slice(0, replaceFrom) + candidate.insert), {
      kind: 'command',
      command: { name: 'file', paths: [name.toWellFormed()] },
    })
  }
})

forAll('M10 an accepted path has named components alone', 12, text => {
  const path = parseRelativePath(text)
  if (!path.ok) return
  for (const component of path.value) assert.doesNotMatch(component, /^\.{0,2}$|[/\\\0]/)
  if (path.value.length > 0) assert.deepEqual(parseRelativePath(path.value.join('/')), path)
})

forAll('M14 a received name is one harmless component, and stays so', 300, (text, below) => {
  const name = safeFileName(text)
  assert.equal(safeFileName(name), name)
  assert.doesNotMatch(name, /^$|^[. ]|[. ]$|[/\\<>:"|?*]|[\p{Cc}\p{Bidi_Control}\p{Cs}]/u)
  assert.ok(Buffer.byteLength(name) <= 200)
  const numbered = numberedName(name, 1 + below(1000))
  assert.ok(Buffer.byteLength(numbered) <= 200)
  assert.equal(safeFileName(numbered), numbered)
  assert.notEqual(numbered, name)
})

forAll('M14 a received folder never escapes, whatever it is called', 300, text => {
  // Components of every kind, and more of them than may be.
  const received = text.replace(/[^/\\]{5}/g, '$&/')
  const folders = safeFolderPath(received)
  assert.ok(folders.length >= 1 && folders.length <= FOLDER_LIMITS.depth)
  for (const folder of folders) {
    assert.equal(safeFileName(folder), folder)
    assert.doesNotMatch(folder, /^\.{0,2}$|[/\\]|[\p{Cc}\p{Bidi_Control}\p{Cs}]/u)
  }
  assert.ok(Buffer.byteLength(folders.join('/')) <= FOLDER_LIMITS.bytes)
  assert.deepEqual(safeFolderPath(folders.join('/')), folders)
  assert.deepEqual(parseRelativePath(folders.join('/')), { ok: true, value: folders })
})

forAll('what is shown has no control that a terminal or a page obeys', 20, text => {
  assert.doesNotMatch(
    makeVisible(text, { lineBreaks: 'show' }),
    /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u,
  )
  const kept = makeVisible(text, { lineBreaks: 'keep' }).replace(/[\n\t]/g, '')
  assert.doesNotMatch(kept, /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u)
})

forAll('bytes of UTF-8 are counted as an encoder makes them', 20, text => {
  const wellFormed = text.toWellFormed()
  assert.equal(utf8Length(wellFormed), Buffer.byteLength(wellFormed))
})
