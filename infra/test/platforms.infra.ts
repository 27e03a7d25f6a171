import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parse as parseToml } from 'smol-toml'
import * as v from 'valibot'
import { parse as parseYaml } from 'yaml'

// These hosts give no program that reads their files without an account. The schemas have what their references name, as
// far as it is used here, and nothing else; https://fly.io/docs/reference/configuration/, https://render.com/docs/blueprint-spec

const INFRA = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(INFRA, path), 'utf8')

const duration = v.pipe(v.string(), v.regex(/^\d+(ms|s|m|h)$/))
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))

/** No handlers of TLS or HTTP: Fly would end the TLS that the room has to. */
const flyPort = v.strictObject({
  port,
  handlers: v.tuple([v.literal('proxy_proto')]),
  proxy_proto_options: v.strictObject({ version: v.picklist(['v1', 'v2']) }),
})

/** No checks but of TCP: Fly sends no PROXY header with them, and an answer needs one. */
const flyCheck = v.strictObject({ interval: duration, timeout: duration, grace_period: duration })

const flyToml = v.strictObject({
  app: v.pipe(v.string(), v.regex(/^[a-z\d-]+$/)),
  primary_region: v.pipe(v.string(), v.regex(/^[a-z]{3}$/)),
  kill_signal: v.literal('SIGTERM'),
  kill_timeout: duration,
  env: v.record(v.pipe(v.string(), v.regex(/^[A-Z_]+$/)), v.string()),
  mounts: v.tuple([
    v.strictObject({
      source: v.pipe(v.string(), v.regex(/^[a-z\d_]+$/)),
      destination: v.literal('/data'),
      initial_size: v.pipe(v.string(), v.regex(/^\d+gb$/)),
    }),
  ]),
  services: v.array(
    v.strictObject({
      protocol: v.literal('tcp'),
      internal_port: port,
      auto_stop_machines: v.literal('off'),
      auto_start_machines: v.boolean(),
      ports: v.tuple([flyPort]),
      tcp_checks: v.optional(v.array(flyCheck)),
    }),
  ),
  vm: v.tuple([v.strictObject({ size: v.string(), memory: v.pipe(v.string(), v.regex(/^\d+(mb|gb)$/)) })]),
})

const renderVariable = v.union([
  v.strictObject({ key: v.string(), value: v.string() }),
  v.strictObject({ key: v.string(), sync: v.literal(false) }),
  v.strictObject({ key: v.string(), generateValue: v.literal(true) }),
])

const renderYaml = v.strictObject({
  services: v.tuple([
    v.strictObject({
      type: v.literal('web'),
      name: v.string(),
      runtime: v.literal('docker'),
      dockerfilePath: v.literal('./Dockerfile'),
      dockerContext: v.literal('.'),
      // The free one has no disks.
      plan: v.picklist(['starter', 'standard', 'pro', 'pro plus', 'pro max', 'pro ultra']),
      region: v.picklist(['oregon', 'ohio', 'virginia', 'frankfurt', 'singapore']),
      autoDeployTrigger: v.picklist(['off', 'commit', 'checksPass']),
      healthCheckPath: v.literal('/healthz'),
      disk: v.strictObject({
        name: v.string(),
        mountPath: v.literal('/data'),
        sizeGB: v.pipe(v.number(), v.integer(), v.minValue(1)),
      }),
      envVars: v.array(renderVariable),
    }),
  ]),
})

/** Every key there is, with those that lead to it. */
function keysOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(Array.isArray(value) ? [] : [[...path, key]]),
    ...keysOf(inner, [...path, key]),
  ])
}

/** A copy with a letter too many in one key. */
function misspelt(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? misspelt(each, rest) : each))
  const entries = Object.entries(value as object)
  return Object.fromEntries(
    entries.map(([name, inner]) => {
      if (name !== key) return [name, inner]
      return rest.length === 0 ? [`${name}x`, inner] : [name, misspelt(inner, rest)]
    }),
  )
}

function testKeys(schema: v.GenericSchema, file: unknown): void {
  test('is of the form that the host documents', () => {
    v.parse(schema, file)
  })

  test('each of its keys misspelt is refused', () => {
    const keys = keysOf(file)
    assert.ok(keys.length > 15)
    for (const path of keys) {
      assert.ok(!v.safeParse(schema, misspelt(file, path)).success, path.join('.'))
    }
  })
}

suite('infra/fly', () => {
  const file = parseToml(read('fly/fly.toml'))
  testKeys(flyToml, file)

  test('ports 443 and 80 lead to the room, which is told whose each connection is', () => {
    const { services, env } = v.parse(flyToml, file)
    assert.deepEqual(
      services.map(({ internal_port, ports: [{ port }] }) => [port, internal_port]),
      [
        [443, 8443],
        [80, 8080],
      ],
    )
    assert.equal(env['PROXY_PROTOCOL'], 'required')
  })
})

suite('infra/render', () => {
  const file = parseYaml(read('render/render.yaml'))
  testKeys(renderYaml, file)

  test('the room serves plain HTTP, asks for its name, and nobody sets the password without a code', () => {
    const [{ envVars }] = v.parse(renderYaml, file).services
    assert.deepEqual(envVars, [
      { key: 'TLS', value: 'platform' },
      { key: 'TRUSTED_HOPS', value: '2' },
      { key: 'DOMAIN', sync: false },
      { key: 'CLAIM_CODE', generateValue: true },
    ])
  })
})
