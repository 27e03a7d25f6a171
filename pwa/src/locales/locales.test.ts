import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { templates as ar } from './ar.ts'
import { templates as de } from './de.ts'

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

for (const [language, templates] of Object.entries({ de, ar })) {
  test(`everything is said in ${language}, and nothing else`, async () => {
    assert.deepEqual(Object.keys(templates).sort(), [...(await sources()).keys()].sort())
  })

  test(`everything that is put in stands in ${language} too`, async () => {
    for (const [id, count] of await sources()) {
      const template = templates[id as keyof typeof templates]
      const values = typeof template === 'string' ? [] : template.values
      assert.deepEqual(
        [...values].sort(),
        Array.from({ length: count }, (_, index) => index),
        id,
      )
    }
  })
}
