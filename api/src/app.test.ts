import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type AppDependencies, createApp } from './app.ts'

const form = (text: string) => ({ body: new TextEncoder().encode(text), etag: `"${text}"` })

const files: AppDependencies['files'] = new Map([
  [
    '/index.html',
    {
      type: 'text/html; charset=utf-8',
      identity: form('<!doctype html>'),
      br: form('page in brotli'),
      gzip: form('page in gzip'),
    },
  ],
  ['/sw.js', { type: 'text/javascript; charset=utf-8', identity: form('worker') }],
  ['/icon.png', { type: 'image/png', identity: form('icon') }],
  ['/assets/index-AbC_d-12.js', { type: 'text/javascript; charset=utf-8', identity: form('script') }],
  ['/assets/opaque-worker-AbC_d-12.js', { type: 'text/javascript; charset=utf-8', identity: form('opaque') }],
])

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
    insistOnTls: () => false,
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
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    assert.equal(await page.text(), '<!doctype html>')
    const etag = page.headers.get('etag') ?? assert.fail('no ETag')
    for (const held of [etag, `W/${etag}`, `"another", ${etag}`]) {
      const again = await ask('/', { headers: { 'If-None-Match': held } })
      assert.equal(again.status, 304)
      assert.equal(again.headers.get('vary'), 'Accept-Encoding')
      assert.equal(await again.text(), '')
    }
    assert.equal((await ask('/', { headers: { 'If-None-Match': '"another"' } })).status, 200)
  })

  test('a large file goes out in pieces of itself, each asked for when the one before was taken', async () => {
    const body = new Uint8Array(150_000).map((_, index) => index)
    const large = { type: 'text/javascript', identity: { body, etag: '"large"' } }
    const response = await ask('/large.js', { files: new Map([['/large.js', large]]) })
    assert.equal(response.headers.get('content-length'), '150000')
    const pieces = await Array.fromAsync(response.body ?? [])
    assert.deepEqual(
      pieces.map(({ length }) => length),
      [65_536, 65_536, 18_928],
    )
    // No copies, which would be kept for as long as a client takes.
    assert.ok(pieces.every(({ buffer }) => buffer === body.buffer))
    assert.deepEqual(Buffer.concat(pieces), Buffer.from(body))
  })

  for (const [accepted, text, encoding] of [
    ['gzip, deflate, br, zstd', 'page in brotli', 'br'],
    ['GZIP', 'page in gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'page in gzip', 'gzip'],
    ['br; q=0.000', '<!doctype html>', null],
    ['brotli, x-gzip', '<!doctype html>', null],
    ['', '<!doctype html>', null],
  ] as const) {
    test(`who accepts ${JSON.stringify(accepted)} gets ${text}`, async () => {
      const headers = { 'Accept-Encoding': accepted }
      const page = await ask('/', { headers })
      assert.equal(page.headers.get('content-encoding'), encoding)
      assert.equal(page.headers.get('vary'), 'Accept-Encoding')
      assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
      const etag = page.headers.get('etag')
      assert.equal(await page.text(), text)
      assert.equal(etag, `"${text}"`)
    })
  }

  test('what has one form alone is sent in it', async () => {
    const icon = await ask('/icon.png', { headers: { 'Accept-Encoding': 'br' } })
    assert.equal(icon.headers.get('content-encoding'), null)
    assert.equal(icon.headers.get('vary'), null)
    assert.equal(await icon.text(), 'icon')
  })

  test('what is named by its content is kept for good, everything else is asked for again', async () => {
    const script = await ask('/assets/index-AbC_d-12.js')
    assert.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    for (const path of ['/', '/sw.js', '/icon.png']) {
      assert.equal((await ask(path)).headers.get('cache-control'), 'no-cache', path)
    }
  })

  test('without a build the room says so, and how to come in', async () => {
    const page = await ask('/', { files: new Map() })
    assert.equal(page.status, 503)
    assert.match(await page.text(), /npm run build.*\n.*npm run chat/)
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
    '/sw.js/',
    '/sw.js%00',
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

  test('what is shared without the service worker is not taken, and ends its connection unread', async () => {
    const answer = await ask('/share', { method: 'POST', httpVersionMajor: 1 })
    assert.deepEqual([answer.status, answer.headers.get('connection')], [503, 'close'])
    assert.match(await answer.text(), /not sent to anybody/)
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
    'cross-origin-embedder-policy': 'require-corp',
    'x-frame-options': 'DENY',
    'strict-transport-security': null,
  }
  for (const path of ['/', '/nothing', '/healthz', '/rooms/main/socket', 'https://evil.test/']) {
    test(`of ${path} keep the page to itself`, async () => {
      const { headers } = await ask(path)
      for (const [name, value] of Object.entries(expected)) assert.equal(headers.get(name), value, name)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
      assert.match(policy, /frame-ancestors 'none'; require-trusted-types-for 'script'/)
      assert.doesNotMatch(policy, /unsafe|\*|data:|https:/)
      const device = headers.get('permissions-policy') ?? ''
      assert.match(device, /screen-wake-lock=\(self\), .*camera=\(\), .*microphone=\(\)/)
      assert.doesNotMatch(device, /\*/)
    })
  }

  test('let WebAssembly run in the worker that stretches passwords, and let it reach nothing', async () => {
    const { headers } = await ask('/assets/opaque-worker-AbC_d-12.js')
    for (const [name, value] of Object.entries(expected)) assert.equal(headers.get(name), value, name)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
    assert.doesNotMatch(policy, /connect-src|'unsafe-eval'/)
    for (const path of ['/assets/index-AbC_d-12.js', '/opaque-worker-AbC_d-12.js', '/r/opaque-worker-a.js']) {
      assert.doesNotMatch((await ask(path)).headers.get('content-security-policy') ?? '', /wasm/, path)
    }
  })

  test('insist on TLS where that is asked for', async () => {
    const { headers } = await ask('/', { insistOnTls: () => true })
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000')
  })
})

suite('hosts and health', () => {
  test('another host gets no page, but may ask for health', async () => {
    assert.equal((await ask('https://evil.test/')).status, 421)
    assert.equal((await ask('https://evil.test/sw.js')).status, 421)
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
