import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { IMAGE } from './container.ts'
import { BASE } from './node-base.ts'
import { podman, podmanJson, sizeOf } from './podman.ts'

const run = promisify(execFile)

type Description = {
  readonly Config: {
    readonly User: string
    readonly Entrypoint: readonly string[]
    readonly StopSignal: string
    readonly Volumes: object
    readonly ExposedPorts: object
    readonly Labels: Readonly<Record<string, string>>
  }
  readonly Healthcheck: { readonly Test: readonly string[] }
}

/** A file, directory or link of the room's own. */
type Entry = {
  readonly mode: number
  readonly owner: number
  readonly isLink: boolean
  readonly path: string
}

let description: Description
let entries: readonly Entry[]
let sbom: { readonly bomFormat: string; readonly components: readonly { readonly name: string }[] }
/** Names of the packages in the bundle. */
let bundled: readonly string[]

before(async () => {
  const [first] = await podmanJson<Description[]>('image', 'inspect', IMAGE)
  assert.ok(first)
  description = first
  const root = await podman('image', 'mount', IMAGE)
  try {
    const places = [`${root}/app`, `${root}/data`]
    const { stdout } = await run('find', [...places, '-printf', '%m %U %y %p\\n'], { maxBuffer: 2 ** 26 })
    entries = stdout
      .trimEnd()
      .split('\n')
      .map(line => {
        const [mode = '', owner = '', type, ...path] = line.split(' ')
        return {
          mode: Number.parseInt(mode, 8),
          owner: Number(owner),
          isLink: type === 'l',
          path: path.join(' ').slice(root.length),
        }
      })
    sbom = JSON.parse(await readFile(`${root}/app/sbom.cdx.json`, 'utf8'))
    const licences = await readFile(`${root}/app/api/dist/licences.txt`, 'utf8')
    bundled = [...licences.matchAll(/^== (\S+) /gm)].map(([, name = '']) => name)
  } finally {
    await podman('image', 'unmount', IMAGE)
  }
})

const paths = (pattern: RegExp) => entries.map(({ path }) => path).filter(path => pattern.test(path))

suite('the image', () => {
  test('adds less than 20 MB to its base', async () => {
    const added = (await sizeOf(IMAGE)) - (await sizeOf(BASE))
    assert.ok(added < 20e6, `${added} bytes`)
  })

  test('has the server, its check of health and the page, built', () => {
    for (const path of ['/app/api/dist/cli.cjs', '/app/api/dist/health.cjs', '/app/pwa/dist/index.html']) {
      assert.deepEqual(paths(new RegExp(`^${path}$`)), [path])
    }
  })

  test('has what was built and native code, and of that no program of other systems; nothing else', () => {
    const unwanted = [
      /^\/app\/(?!(api|pwa|node_modules|\.compiled|LICENSE|sbom\.cdx\.json)(\/|$))/,
      /^\/app\/(api|pwa)\/(?!dist(\/|$))/,
      /^\/app\/node_modules\/(?!(bufferutil|node-gyp-build)(\/|$))/,
      /\/prebuilds\/(?!linux-)[^/]+$/,
      /\.(key|pem)$/,
    ]
    for (const pattern of unwanted) assert.deepEqual(paths(pattern).slice(0, 3), [], String(pattern))
  })

  test('lets its user change nothing but /data, which nobody else can look into', () => {
    const own = entries.filter(({ mode, owner, isLink }) => owner !== 0 || (!isLink && (mode & 0o022) !== 0))
    assert.deepEqual(own, [{ mode: 0o700, owner: 1000, isLink: false, path: '/data' }])
  })

  test('tells hosts how it is run, without a shell', async () => {
    const { Config: config, Healthcheck: health } = description
    assert.equal(config.User, '1000:1000')
    assert.equal(config.StopSignal, 'SIGTERM')
    assert.deepEqual(config.Entrypoint, ['node', '/app/api/dist/cli.cjs'])
    assert.deepEqual(health.Test, ['CMD', 'node', '/app/api/dist/health.cjs'])
    assert.deepEqual(Object.keys(config.Volumes), ['/data'])
    assert.deepEqual(Object.keys(config.ExposedPorts).sort(), ['8080/tcp', '8443/tcp'])
    const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
    assert.equal(config.Labels['org.opencontainers.image.version'], JSON.parse(manifest).version)
  })

  test('has a bill of materials with every package that is in it, and those of the page', () => {
    assert.equal(sbom.bomFormat, 'CycloneDX')
    const listed = sbom.components.map(({ name }) => name)
    for (const name of [...bundled, 'bufferutil', 'node-gyp-build']) {
      assert.ok(listed.includes(name), `${name} is listed`)
    }
    for (const name of ['hono', 'ws', '@serenity-kit/opaque']) assert.ok(bundled.includes(name), name)
  })
})
