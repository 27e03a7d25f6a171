import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { tableOf } from '../build/texts-as-data.ts'
import { entranceTexts } from '../src/locales/entrance-texts.ts'
import { roomTexts } from '../src/locales/room-texts.ts'
import { textsOf } from '../src/locales/texts-of.ts'

suite('what is said, shipped as data', () => {
  const texts = { ...entranceTexts, ...roomTexts }
  const shipped = textsOf(tableOf(texts))

  test('is what its source says', () => {
    for (const [name, say] of Object.entries(texts)) {
      const values = Array.from({ length: say.length }, (_, index) => `value ${index}`)
      assert.equal(shipped[name]?.(...values), (say as (...values: unknown[]) => string)(...values), name)
    }
  })

  test('bears the names that translations know them by', async () => {
    const german = JSON.parse(await readFile(new URL('../src/locales/de.json', import.meta.url), 'utf8'))
    // A translation has the core's sentences too, each under itself.
    assert.deepEqual(
      Object.keys(shipped).filter(name => !(name in german)),
      [],
    )
  })

  test('comes beside the first script, not after it', async () => {
    const document = await readFile(new URL('../dist/index.html', import.meta.url), 'utf8')
    assert.match(document, /<link rel="preload" as="fetch" crossorigin[^>]* href="\/assets\/en-entrance-/)
  })

  test('has its parameters put in and nothing made of them', () => {
    const percent = (part: number) => `${part * 100} %`
    assert.throws(() => tableOf({ percent }), /the text percent/)
  })
})
