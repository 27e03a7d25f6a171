import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { GROUPS, matching } from './support/together.ts'

/** What both scripts name, and what the groups among that run. */
async function run(): Promise<readonly string[]> {
  const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  const named = [scripts['test'], scripts['test:pages']].flatMap(script =>
    [...script.matchAll(/"([^"]+\.ts)"/g)].flatMap(([, pattern]) => matching([pattern])),
  )
  const groups = named.flatMap(path => /^api\/test\/together\/(\w+)\.ts$/.exec(path)?.[1] ?? [])
  assert.deepEqual(groups, Object.keys(GROUPS))
  return [
    ...named.filter(path => path.endsWith('.test.ts')),
    ...Object.values(GROUPS).flatMap(patterns => matching(patterns)),
  ]
}

suite('npm test and npm run test:pages', () => {
  test('run every test file there is, once', async () => {
    assert.deepEqual([...(await run())].sort(), matching(['{api,certs,infra,pwa}/**/*.test.ts']))
  })
})
