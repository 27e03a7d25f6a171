import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { LANGUAGES } from './locale.ts'
import { type Translation, templatesOf } from './translation.ts'

/** Names and numbers of parameters of what is said in English. */
async function sources(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const file of ['entrance-texts.ts', 'room-texts.ts']) {
    const text = await readFile(new URL(`./${file}`, import.meta.url), 'utf8')
    for (const [, id = '', template = ''] of text.matchAll(/say\(\s*'(\w+)',\s*(str`[^`]*`|'[^']*')/g)) {
      found.set(id, template.split('${').length - 1)
    }
  }
  return found
}

const translations = Object.keys(LANGUAGES).filter(language => language !== 'en')

for (const language of translations) {
  const text = await readFile(new URL(`./${language}.json`, import.meta.url), 'utf8')
  const templates = templatesOf(JSON.parse(text) as Translation)

  test(`everything is said in ${language}, and nothing else`, async () => {
    // Sentences of the core stand under themselves.
    const names = Object.keys(templates).filter(name => !name.includes(' '))
    assert.deepEqual(names.sort(), [...(await sources()).keys()].sort())
  })

  test(`everything that is put in stands in ${language} too`, async () => {
    for (const [id, count] of await sources()) {
      const template = templates[id] ?? ''
      const values = typeof template === 'string' ? [] : template.values
      assert.deepEqual(
        [...values].sort(),
        Array.from({ length: count }, (_, index) => index),
        id,
      )
    }
  })
}
