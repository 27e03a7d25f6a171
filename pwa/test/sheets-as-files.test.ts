import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'

const DIST = join(import.meta.dirname, '../dist')
const text = (path: string) => readFileSync(join(DIST, path), 'utf8')

const ASSETS = readdirSync(join(DIST, 'assets')).map(name => `assets/${name}`)
const SCRIPTS = ASSETS.filter(path => path.endsWith('.js'))
const SHEETS = ASSETS.filter(path => /-sheets-[^/]*\.css$/.test(path))

suite('the style sheets of elements, as they are shipped', () => {
  test('are no script', () => {
    const styled = SCRIPTS.filter(path => /:host[({ ]|@media/.test(text(path)))
    assert.deepEqual(styled, [])
    assert.ok(SHEETS.length > 0)
  })

  test('are waited for by one script each, which knows every line', () => {
    for (const path of SHEETS) {
      const users = SCRIPTS.filter(script => text(script).includes(path))
      assert.equal(users.length, 1, path)
      // None is empty, and none is two.
      for (const line of text(path).split('\n')) assert.match(line, /^[^{}]*\{.*\}$/)
    }
    assert.deepEqual(
      SCRIPTS.filter(path => text(path).includes('@sheet')),
      [],
    )
  })

  test('come beside the first script, not after it', () => {
    const [, first = ''] = /<script[^>]* src="\/(assets\/[^"]+)"/.exec(text('index.html')) ?? []
    const [, preloaded = ''] =
      /<link rel="preload" as="fetch" crossorigin[^>]* href="\/([^"]+-sheets-[^"]+)"/.exec(
        text('index.html'),
      ) ?? []
    assert.ok(SHEETS.includes(preloaded), 'the document names no sheets')
    assert.ok(text(first).includes(preloaded), 'the first script waits for other sheets')
  })
})
