import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { type AppDependencies, createApp } from './app.ts'
import { loadStaticFiles } from './edge/static-files.ts'

const PAGE_DIRECTORY = join(import.meta.dirname, '../../pwa/page')
const files = await loadStaticFiles(PAGE_DIRECTORY)

const logged: object[] = []

type Asked = Partial<AppDependencies> & {
  readonly headers?: Record<string, string>
  readonly method?: string
  readonly httpVersionMajor?: number
}

function ask(path: string, { headers = {}, method = 'GET', httpVersionMajor = 2, ...more }: Asked = {}) {
  const app = createApp({
    files,
    hasRoom: room => room === 'blue',
    allowsHost: host => host === 'localhost:8443',
    isReady: () => true,
    insistOnTls: false,
    log: { error: context => logged.push(context) },
    ...more,
  })
  const url = path.startsWith('https:') ? path : `https://localhost:8443${path}`
  return app.request(url, { method, headers }, { incoming: { httpVersionMajor } })
}

suite('pages', () => {
  test('the page is served, and only once', async () => {
    const page = await ask('/')
    assert.equal(page.status, 200)
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
    const etag = page.headers.get('etag') ?? assert.fail('no ETag')
    assert.match(await page.text(), /npm run chat/)
    const again = await ask('/', { headers: { 'If-None-Match': etag } })
    assert.equal(again.status, 304)
    assert.equal(await again.text(), '')
  })

  test('the page asks for nothing that its own security policy would refuse', async () => {
    const html = await readFile(join(PAGE_DIRECTORY, 'index.html'), 'utf8')
    assert.doesNotMatch(html, /<script|<style|\sstyle=|\son\w+=|https?:\/\/(?!host:port)/)
    for (const [, path = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
      assert.equal((await ask(path)).status, 200, path)
    }
  })

  test('HEAD tells the same without a body', async () => {
    const head = await ask('/', { method: 'HEAD' })
    assert.equal(head.status, 200)
    assert.equal(await head.text(), '')
  })

  test('a room has the page if it is there', async () => {
    assert.equal((await ask('/r/blue')).status, 200)
    assert.equal((await ask('/r/red')).status, 404)
    assert.equal((await ask('/r/%62lue.')).status, 404)
  })

  for (const path of [
    '/nothing',
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/..\\package.json',
    '//etc/passwd',
    '/page.css/',
    '/page.css%00',
    '/r/..%2findex.html',
    '/__proto__',
    '/constructor',
  ]) {
    test(`${path} is answered with 404, in words`, async () => {
      const answer = await ask(path)
      assert.equal(answer.status, 404)
      assert.equal(await answer.text(), 'There is nothing here.\n')
    })
  }

  test('another method finds nothing', async () => {
    assert.equal((await ask('/', { method: 'POST' })).status, 404)
  })

  test('a WebSocket that is asked for without an upgrade says what it is', async () => {
    for (const door of ['socket', 'segments']) {
      const answer = await ask(`/rooms/main/${door}`, { httpVersionMajor: 1 })
      assert.equal(answer.status, 426)
      assert.equal(answer.headers.get('upgrade'), 'websocket')
      // In HTTP/2 that header is an error, which Node would throw.
      const overHttp2 = await ask(`/rooms/main/${door}`, { httpVersionMajor: 2 })
      assert.deepEqual([overHttp2.status, overHttp2.headers.get('upgrade')], [426, null])
    }
  })
})

suite('headers', () => {
  const expected = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'strict-transport-security': null,
  }
  for (const path of ['/', '/nothing', '/healthz', '/rooms/main/socket', 'https://evil.test/']) {
    test(`of ${path} keep the page to itself`, async () => {
      const { headers } = await ask(path)
      for (const [name, value] of Object.entries(expected)) assert.equal(headers.get(name), value, name)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|\*|data:|https:/)
    })
  }

  test('insist on TLS where that is asked for', async () => {
    const { headers } = await ask('/', { insistOnTls: true })
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000')
  })
})

suite('hosts and health', () => {
  test('another host gets no page, but may ask for health', async () => {
    assert.equal((await ask('https://evil.test/')).status, 421)
    assert.equal((await ask('https://evil.test/page.css')).status, 421)
    assert.equal((await ask('https://192.0.2.1/healthz')).status, 200)
    assert.equal((await ask('https://192.0.2.1/readyz')).status, 200)
  })

  test('readiness follows the rooms, health does not', async () => {
    assert.equal((await ask('/readyz', { isReady: () => false })).status, 503)
    assert.equal((await ask('/healthz', { isReady: () => false })).status, 200)
  })

  test('a failure is logged and told without its cause', async () => {
    const answer = await ask('/readyz', {
      isReady: () => {
        throw new Error('planted')
      },
    })
    assert.equal(answer.status, 500)
    assert.doesNotMatch(await answer.text(), /planted/)
    assert.equal(logged.length, 1)
  })
})
