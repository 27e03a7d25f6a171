import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { checkMonitoring } from '../monitoring/check.ts'
import { TOOLS } from './tools.ts'

const MONITORING = join(import.meta.dirname, '../monitoring')
const promtool = join(TOOLS, 'usr/bin/promtool')

suite('infra/monitoring', () => {
  test('is what Prometheus and Grafana take', async () => {
    assert.deepEqual(await checkMonitoring(MONITORING, promtool), [])
  })

  const faults: readonly (readonly [file: string, right: string, wrong: string])[] = [
    ['scrape.yaml', 'scrape_configs', 'scrape_config'],
    ['alerts.yaml', 'annotations', 'annotation'],
    ['alerts.yaml', 'chat_room_errors_total', 'chat_room_error_total'],
    ['alerts.yaml', '> 0.8', '> 0.95'],
    ['alerts.test.yaml', 'input_series', 'input_serie'],
    ['dashboard.json', '"gridPos"', '"gridPosition"'],
    ['dashboard.json', 'chat_room_fan_out_seconds_bucket', 'chat_room_fan_out_bucket'],
  ]
  for (const [file, right, wrong] of faults) {
    test(`${file}: ${wrong} in place of ${right} is found`, async t => {
      const copy = await mkdtemp(join(tmpdir(), 'monitoring-'))
      t.after(() => rm(copy, { recursive: true, force: true }))
      await cp(MONITORING, copy, { recursive: true, filter: path => !path.endsWith('.ts') })
      const text = await readFile(join(copy, file), 'utf8')
      assert.ok(text.includes(right))
      await writeFile(join(copy, file), text.replace(right, wrong))
      assert.notDeepEqual(await checkMonitoring(copy, promtool), [])
    })
  }
})
