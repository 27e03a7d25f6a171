import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { encodeMetrics } from '../../api/src/edge/metrics/exposition.ts'
import { collect } from '../../api/src/metrics/collect.ts'
import { Metering } from '../../api/src/metrics/metering.ts'
import { SegmentTraffic } from '../../api/src/metrics/segment-traffic.ts'

const execute = promisify(execFile)

/**
 * What is wrong with the files of a directory like this one, a line each: by Prometheus's own tool, and by the names of the
 * metrics that the server really has.
 *
 * @param promtool Its path; it comes with Prometheus (Debian: `prometheus`).
 */
export async function checkMonitoring(directory: string, promtool: string): Promise<readonly string[]> {
  const run = async (...argv: string[]): Promise<readonly string[]> => {
    try {
      await execute(promtool, argv, { cwd: directory })
      return []
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
      return [`promtool ${argv.join(' ')}: ${`${stdout}${stderr}`.trim() || message}`]
    }
  }
  const texts = await Promise.all(
    ['alerts.yaml', 'dashboard.json'].map(
      async name => [name, await readFile(join(directory, name), 'utf8')] as const,
    ),
  )
  return [
    ...(await run('check', 'config', 'scrape.yaml')),
    ...(await run('check', 'rules', 'alerts.yaml')),
    ...(await run('test', 'rules', 'alerts.test.yaml')),
    ...(await checkExposition(promtool)),
    ...checkDashboard(texts.find(([name]) => name === 'dashboard.json')?.[1] ?? ''),
    ...(await checkNames(texts)),
  ]
}

/** What the server tells, names and units included, is as Prometheus would have it. */
async function checkExposition(promtool: string): Promise<readonly string[]> {
  const text = encodeMetrics(await collect(NOTHING_HAPPENS))
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  })
  return status === 0 ? [] : [`promtool check metrics: ${stdout}${stderr}`]
}

/** Every metric that is spoken of exists. */
async function checkNames(
  texts: readonly (readonly [name: string, text: string])[],
): Promise<readonly string[]> {
  const metrics = await collect(NOTHING_HAPPENS)
  const known = new Set(
    metrics.flatMap(({ name, type }) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map(part => `${name}_${part}`) : [name],
    ),
  )
  return texts.flatMap(([file, text]) =>
    [...new Set(text.match(/\b(?:chat_room|process)_\w+/g))]
      .filter(name => !known.has(name))
      .map(name => `${file}: the server has no metric ${name}`),
  )
}

const NOTHING_HAPPENS = {
  metering: new Metering(),
  traffic: new SegmentTraffic(),
  sockets: () => ({ room: 0, segments: 0 }),
  socketLimit: 1,
  census: () => ({ rooms: 0, here: 0, away: 0, entering: 0 }),
  relay: () => ({ bytesCharged: 0, bytesInMemory: 0, transfers: 0 }),
  segmentQuota: 1,
  errors: () => 0,
  certificateEnds: () => 0,
  dataDirectory: import.meta.dirname,
}

const source = v.strictObject({ type: v.literal('prometheus'), uid: v.literal('$source') })

const panel = v.strictObject({
  id: v.number(),
  title: v.string(),
  description: v.optional(v.string()),
  type: v.picklist(['stat', 'gauge', 'timeseries']),
  gridPos: v.strictObject({ h: v.number(), w: v.number(), x: v.number(), y: v.number() }),
  datasource: source,
  fieldConfig: v.strictObject({
    defaults: v.strictObject({
      unit: v.picklist(['short', 's', 'bytes', 'Bps', 'ops', 'percentunit']),
      min: v.number(),
      thresholds: v.optional(
        v.strictObject({
          mode: v.literal('absolute'),
          steps: v.array(v.strictObject({ color: v.string(), value: v.nullable(v.number()) })),
        }),
      ),
      color: v.optional(v.strictObject({ mode: v.literal('thresholds') })),
    }),
    overrides: v.array(v.never()),
  }),
  targets: v.array(v.strictObject({ refId: v.string(), expr: v.string(), legendFormat: v.string() })),
})

/** Of Grafana's model, what is used here: it takes a key that it does not know without a word. */
const dashboard = v.strictObject({
  title: v.string(),
  uid: v.string(),
  tags: v.array(v.string()),
  schemaVersion: v.number(),
  version: v.number(),
  editable: v.boolean(),
  refresh: v.string(),
  time: v.strictObject({ from: v.string(), to: v.string() }),
  timezone: v.string(),
  templating: v.strictObject({
    list: v.array(
      v.variant('type', [
        v.strictObject({
          name: v.string(),
          label: v.string(),
          type: v.literal('datasource'),
          query: v.literal('prometheus'),
        }),
        v.strictObject({
          name: v.string(),
          label: v.string(),
          type: v.literal('query'),
          datasource: source,
          query: v.string(),
          refresh: v.number(),
          multi: v.boolean(),
          includeAll: v.boolean(),
        }),
      ]),
    ),
  }),
  panels: v.pipe(
    v.array(panel),
    v.check(panels => new Set(panels.map(({ id }) => id)).size === panels.length, 'ids that are not unique'),
  ),
})

function checkDashboard(text: string): readonly string[] {
  const parsed = v.safeParse(dashboard, JSON.parse(text))
  if (parsed.success) return []
  return parsed.issues.map(issue => `dashboard.json: ${v.getDotPath(issue) ?? ''}: ${issue.message}`)
}
