import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { isStale } from '../../api/build/stale.ts'
import { page } from '../build.ts'

const DIST = join(import.meta.dirname, '../dist')
const ASSETS = readdirSync(join(DIST, 'assets')).map(name => `assets/${name}`)

const text = (path: string) => readFileSync(join(DIST, path), 'utf8')

const SCRIPTS = ASSETS.filter(path => path.endsWith('.js'))

suite('the page that is shipped', () => {
  test('loads OPAQUE in its worker alone, and nothing by name from elsewhere', () => {
    const opaque = SCRIPTS.filter(path => text(path).includes('argon2id'))
    assert.equal(opaque.filter(path => text(path).includes('WebAssembly')).length, 1)
    assert.doesNotMatch(text('index.html'), /opaque-worker|<style|\sstyle=|\son\w+=|https?:\/\/(?!host:port)/)
    assert.doesNotMatch(text('index.html'), /<script(?![^>]*\ssrc=)/)
  })

  test('holds tables and translations as data, not as script', async () => {
    const { CLASSES } = await import('../../api/protocol/src/unicode.table.ts')
    const holding = (part: string) =>
      ASSETS.filter(path => /\.js(?:on)?$/.test(path) && text(path).includes(part))
    const german = JSON.parse(readFileSync(join(DIST, '../src/locales/de.json'), 'utf8'))
    for (const part of [CLASSES, german.noRecovery]) {
      assert.deepEqual(
        holding(part).map(path => path.replace(/^.*\./, '')),
        ['json'],
      )
    }
  })

  test('asks for its parts by their own names: through no helper, and no script that only names another', () => {
    const all = SCRIPTS.map(text)
    assert.doesNotMatch(all.join('\n'), /vite:preloadError|__vite__/)
    for (const code of all)
      assert.doesNotMatch(code, /^(?:import["'`][^"'`]+["'`];)?(?:export\{[^}]*\}from[^;]+;)?\s*$/)
    const asked = all.flatMap(code => [...code.matchAll(/\bimport\(["'`]\.\/([^"'`]+)["'`]\)/g)])
    assert.ok(asked.length > 0)
    for (const [, name] of asked) assert.ok(ASSETS.includes(`assets/${name}`), name)
  })

  test('has a service worker that is one classic script', () => {
    assert.doesNotMatch(text('sw.js'), /\b(?:export|import)\b\s*[\w{*"'(]/)
  })

  test('is what its sources make: `npm run build` was not forgotten', async () => {
    assert.equal(await isStale(page), false)
  })

  test('has each file that compresses in smaller too', () => {
    for (const path of [...SCRIPTS, 'index.html', 'sw.js', 'manifest.webmanifest']) {
      const size = readFileSync(join(DIST, path)).length
      // What fits into one packet may grow.
      if (size < 1_024) continue
      for (const suffix of ['br', 'gz'])
        assert.ok(readFileSync(join(DIST, `${path}.${suffix}`)).length < size, path)
    }
  })
})
