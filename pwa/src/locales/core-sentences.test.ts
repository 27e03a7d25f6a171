import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, suite, test } from 'node:test'
import { coreText } from '../elements/templates/core-text.ts'
import { reasonText, troubleText } from '../elements/templates/trouble-text.ts'
import { LANGUAGES, speak } from './locale.ts'
import type { Translation } from './translation.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** Where what a person may read is written in English. */
const SOURCES = ['api/client/src/**/*.ts', 'api/protocol/src/**/*.ts', 'pwa/src/edge/*.ts']

/** Nobody reads these in the page: reports about malformed messages, and what the page has words of its own for. */
const UNREAD = [
  /protocol\/src\/(?:body|client-messages|schema|parse|segment-messages)\.ts$/,
  /\.table\.ts$/,
  // `ALIAS_PROBLEMS` and the help are told by key.
  /protocol\/src\/(?:alias|commands\/table)\.ts$/,
]

/** Told by their code, in words of the page, or with these words as they are: what stands in them is not known before. */
const TOLD_OTHERWISE = new Set([
  // 'forgotten-room'
  'This device has been in this room, and now the server says that it has no password yet. Either its operator reset it, or ' +
    'somebody pretends to be it. Nothing is created here. If you know that it was reset, let this device forget the room first (in the terminal: --forget).',
  // 'unreadable', 'newer-version', 'broken-chain', 'replayed', 'fork', 'hidden', 'unverified'
  'A message cannot be opened: it is damaged, or not by the one it names as its author.',
  'A message needs a newer version of this program.',
  'Messages before this one are missing.',
  'The server sent a message again, or out of its order; it is not shown.',
  'The server shows members different histories of this room.',
  'Messages of somebody who cannot be verified are not shown; they take the place of older ones.',
  'somebody receives what is sent to everyone, and is not among the aliases. Nothing from there is shown.',
  '{} cannot be verified: {}',
  // 'unknown-alias', 'recipient-gone', 'alias-taken', 'command', 'message'
  'Nobody here is called {}: messages still go to {}.',
  'Nobody here is called {}: nothing was sent.',
  '{} is not in the room any more: nothing was sent. Choose again with :Dm.',
  '{} Perhaps {}?',
  'This {} is too long: {} bytes, at most {} are sent.',
  'There is no command ":{}". Commands: {}. To say a line that begins with a colon, begin it with two.',
  'There is no file {}.',
  // A part of each is among the sentences.
  'File {}: {} :Files lists the files.',
  'Not sent to {}: {}.',
  'The server ended the connection: {}.',
  'This program failed: {}',
  'Files do not move any more: {}',
  'files do not move any more: {}',
  'too many files at once: {} is left out{}',
  '{}; it is tried again by itself',
  '{}: {}; it was withdrawn',
  // 'path' and 'file', with a name that says most of it.
  ', and whatever else comes from there until one of them is over',
  '{} offers a file that cannot be fetched: {}',
  '{} cannot be read',
  '{} has {} files: {}',
  '{} is too large',
  'more than {} are not sent one by one. Pack them into an archive, and send that.',
  'There are more than {} files in this folder: pack it into an archive and send that.',
  '{} was kept by something else than this page.',
  '{} cannot be kept on this device ({}).',
  'There is no such file in “{}”.',
  'Not accepted: there is no memory left for {}.',
  ' and {} more',
  'too deep in folders',
  'a name with a backslash or a control character',
])

/** Parts of those above. */
const PARTS = [
  ':Files lists the files.',
  'The server ended the connection',
  'This program failed',
  'Files do not move any more',
  'files do not move any more',
  'too many files at once',
  'it is tried again by itself',
  'it was withdrawn',
]

/** Every text of three words or more that is no comment, no error's and no other text's part; what is put in is `{}`. */
async function sentences(): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const file of glob(SOURCES, { cwd: ROOT })) {
    if (file.endsWith('.test.ts') || UNREAD.some(pattern => pattern.test(file))) continue
    const source = (await readFile(join(ROOT, file), 'utf8'))
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '')
      .replace(/(?:new \w*(?:Error|Exception)|super|console\.\w+)\([\s\S]*?\)$/gm, '')
      .replace(/'\s*\+\s*'/g, '')
    for (const [, single, double, template] of source.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`/g)) {
      const text = (single ?? double ?? template ?? '').replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '{}')
      if (/\w+ \w+ \w+/.test(text.replaceAll('{}', 'x'))) found.add(text)
    }
  }
  return found
}

for (const language of Object.keys(LANGUAGES).filter(each => each !== 'en')) {
  test(`each sentence of the core that the page shows is known in ${language}, and no other`, async () => {
    const text = await readFile(new URL(`./${language}.json`, import.meta.url), 'utf8')
    const known = Object.keys(JSON.parse(text) as Translation).filter(name => name.includes(' '))
    const wanted = [...(await sentences()), ...PARTS].filter(sentence => !TOLD_OTHERWISE.has(sentence))
    const unknown = wanted.filter(sentence => !known.includes(sentence))
    const unwanted = known.filter(sentence => !wanted.includes(sentence))
    assert.deepEqual({ unknown, unwanted }, { unknown: [], unwanted: [] })
  })
}

test('what is told otherwise is still told', async () => {
  const told = await sentences()
  assert.deepEqual(
    [...TOLD_OTHERWISE].filter(sentence => !told.has(sentence)),
    [],
  )
})

suite('in German', () => {
  before(async () => {
    globalThis.fetch = async url => new Response(await readFile(url as URL))
    Object.assign(globalThis, { window: new EventTarget(), document: { documentElement: {} } })
    await speak('de')
  })

  test('a sentence of the core is said, whatever names stand around it', () => {
    assert.equal(
      coreText('holiday: one.jpg: the file changed while it was sent; it was withdrawn'),
      'holiday: one.jpg: die Datei wurde beim Senden verändert; sie wurde zurückgezogen',
    )
    assert.equal(coreText('The room is full.'), 'Der Raum ist voll.')
    assert.equal(coreText('Not sent to Ann: the room is full.'), 'Not sent to Ann: Der Raum ist voll.')
  })

  test('a name that is none of our words stays what it is', () => {
    for (const name of ['constructor', 'why_failed: __proto__', 'a; b: c. d', ': '.repeat(500)])
      assert.equal(coreText(name), name)
  })

  test('trouble with a file, and why it ended, is told', () => {
    assert.equal(
      troubleText({ code: 'file', message: 'a.txt: the file can no longer be read; it was withdrawn' }),
      'Problem mit einer Datei: a.txt: die Datei kann nicht mehr gelesen werden; sie wurde zurückgezogen',
    )
    assert.equal(
      troubleText({ code: 'command', message: 'File 3: It is paused already. :Files lists the files.' }),
      '#3: Sie ist schon angehalten. :Files zeigt die Dateien.',
    )
    assert.equal(reasonText('withdrawn'), 'zurückgezogen')
    assert.equal(reasonText('too-large'), 'die Datei ist größer, als der Server behalten darf')
    assert.equal(reasonText('constructor'), 'constructor')
  })
})
