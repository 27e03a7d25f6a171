import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { suite, type TestContext, test } from 'node:test'
import { FakeAuthority, type Reply } from '../../../test/support/fake-authority.ts'
import { checkPair } from '../tls-pair.ts'
import { parseAccountKey } from './account-key.ts'
import { Challenges, type ChallengeType } from './challenges.ts'
import type { Identifier } from './identifier.ts'
import { obtain } from './obtain.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const account = parseAccountKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
assert.ok(account)

const NAME: Identifier = { type: 'dns', value: 'chat.example.org' }
const never = new AbortController().signal

type Attempt = {
  readonly identifier?: Identifier
  readonly challenge?: ChallengeType
  readonly signal?: AbortSignal
}

function order(t: TestContext, authority: FakeAuthority, attempt: Attempt = {}) {
  t.mock.method(globalThis, 'fetch', authority.fetch)
  const { identifier = NAME, challenge = 'http-01', signal = never } = attempt
  assert.ok(account)
  return obtain({ directory: authority.directory, account, identifier, challenge }, new Challenges(), signal)
}

async function refused(t: TestContext, authority: FakeAuthority, attempt: Attempt = {}) {
  const obtained = await order(t, authority, attempt)
  assert.ok(!obtained.ok)
  const { reason, message } = obtained.error
  assert.doesNotMatch(reason + message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  assert.ok(reason.length + message.length < 1_000)
  return obtained.error
}

const problem = (type: string, detail: string, status = 400, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers,
  body: { type: `urn:ietf:params:acme:error:${type}`, detail },
})

suite('RFC 8555: an order', () => {
  for (const challenge of ['http-01', 'tls-alpn-01'] as const) {
    test(`by ${challenge}: from the directory to a certificate with its key`, async t => {
      const authority = new FakeAuthority()
      const obtained = await order(t, authority, { challenge })
      assert.ok(obtained.ok, obtained.ok ? '' : obtained.error.message)
      const { termsOfService, ...pair } = obtained.value
      const checked = checkPair(pair, { cert: 'c', key: 'k' }, Date.now())
      assert.ok(checked.ok, checked.ok ? '' : checked.error.message)
      assert.equal(termsOfService, 'https://ca.example.org/terms')
      assert.deepEqual(authority.orders, [{ identifiers: [NAME] }])
      assert.equal(
        authority.paths.filter(path => path === '/new-nonce').length,
        1,
        'nonces come with answers',
      )
    })
  }

  test('an address is asked for with the profile for short lives, where there is one', async t => {
    const authority = new FakeAuthority()
    const identifier: Identifier = { type: 'ip', value: '192.0.2.1' }
    assert.ok((await order(t, authority, { identifier })).ok)
    assert.deepEqual(authority.orders, [{ identifiers: [identifier], profile: 'shortlived' }])
  })

  test('a nonce that is refused is replaced, and the request sent again', async t => {
    const authority = new FakeAuthority()
    let refusals = 3
    authority.instead.set('/new-order', () => (refusals-- > 0 ? problem('badNonce', 'stale') : undefined))
    assert.ok((await order(t, authority)).ok)
    assert.equal(authority.paths.filter(path => path === '/new-order').length, 4)
  })

  test('nonces that are refused for ever are a failure', async t => {
    const authority = new FakeAuthority()
    authority.instead.set('/new-order', problem('badNonce', 'stale'))
    assert.equal((await refused(t, authority)).reason, 'badNonce')
  })

  test('a name that is not proven: which port must lead where', async t => {
    const authority = new FakeAuthority()
    const detail = 'Connection refused'
    let asked = 0
    authority.instead.set('/authorization/1', () => {
      if (asked++ === 0) return undefined
      const error = { type: 'urn:ietf:params:acme:error:connection', detail }
      const url = 'https://ca.example.org/challenge/http-01'
      return { body: { status: 'invalid', challenges: [{ type: 'http-01', url, token: 'x', error }] } }
    })
    const error = await refused(t, authority)
    assert.equal(error.reason, 'connection')
    assert.match(
      error.message,
      /http-01, for which port 80 .* HTTP_PORT of this server: "Connection refused"/,
    )
  })

  test('a limit that is reached, with the time to wait', async t => {
    for (const [header, least, most] of [
      ['3600', 3_600_000, 3_600_000],
      [new Date(Date.now() + 7_200_000).toUTCString(), 7_190_000, 7_200_000],
      ['99999999999', 86_400_000, 86_400_000],
      ['soon', 0, 0],
    ] as const) {
      const authority = new FakeAuthority()
      authority.instead.set('/new-order', problem('rateLimited', 'too many', 429, { 'Retry-After': header }))
      const { reason, retryAfter } = await refused(t, authority)
      assert.equal(reason, 'rateLimited')
      assert.ok(retryAfter >= least && retryAfter <= most, `${header}: ${retryAfter}`)
      t.mock.restoreAll()
    }
  })

  test('an order that is never decided on comes to an end', async t => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const authority = new FakeAuthority()
    const body = { status: 'pending', authorizations: [], finalize: 'https://ca.example.org/finalize/1' }
    authority.instead.set('/order/1', { body })
    let isOver = false
    const ended = refused(t, authority).finally(() => {
      isOver = true
    })
    while (!isOver) {
      t.mock.timers.tick(5_000)
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal((await ended).reason, 'slow')
    assert.ok(authority.paths.length < 60, 'it is not asked all the time')
  })

  test('an authority that wants accounts made elsewhere says so', async t => {
    const authority = new FakeAuthority()
    const url = 'https://ca.example.org/x'
    const meta = { externalAccountRequired: true }
    authority.instead.set('/directory', { body: { newNonce: url, newAccount: url, newOrder: url, meta } })
    assert.match((await refused(t, authority)).message, /another ACME_DIRECTORY/)
  })

  test('the end of the server ends an order, and is no failure of the authority', async t => {
    const ending = new AbortController()
    const authority = new FakeAuthority()
    authority.instead.set('/authorization/1', () => {
      ending.abort()
      return undefined
    })
    assert.equal((await refused(t, authority, { signal: ending.signal })).reason, 'aborted')
  })
})

suite('an authority that sends something else', () => {
  const PENDING = { status: 'pending', finalize: 'https://ca.example.org/finalize/1' }
  const cases: readonly (readonly [what: string, path: string, reply: Reply])[] = [
    ['no JSON', '/directory', { body: '<html>' }],
    ['no directory', '/directory', { body: {} }],
    ['an error without words', '/directory', { status: 500 }],
    [
      'an error of other words',
      '/new-order',
      { status: 400, body: { detail: `a\n\u001b[31m${'b'.repeat(5_000)}` } },
    ],
    ['a kind of error that is no word', '/new-order', problem('y'.repeat(100_000), 'no')],
    [
      'a kind of error that moves a cursor',
      '/new-order',
      problem('\u009b2J\u202e', '\u009b2J\u202eno\u2028'),
    ],
    ['more than anybody needs', '/directory', { body: 'x'.repeat(1_000_000) }],
    ['a plain address', '/directory', { body: plainDirectory() }],
    ['no account', '/new-account', { status: 201 }],
    ['no order', '/new-order', { status: 201, body: { ...PENDING, authorizations: [] } }],
    [
      'a thousand names to prove',
      '/new-order',
      {
        status: 201,
        headers: { Location: 'https://ca.example.org/order/1' },
        body: { ...PENDING, authorizations: new Array(1_000).fill('https://ca.example.org/authorization/1') },
      },
    ],
    ['no challenge of ours', '/authorization/1', { body: { status: 'pending', challenges: [] } }],
    [
      'a token with a path in it',
      '/authorization/1',
      {
        body: {
          status: 'pending',
          challenges: [{ type: 'http-01', url: 'https://ca.example.org/c', token: '../../../../etc/passwd' }],
        },
      },
    ],
    ['an order that fails', '/order/1', { body: { ...PENDING, status: 'invalid', authorizations: [] } }],
    ['a state of its own', '/order/1', { body: { ...PENDING, status: 'perhaps', authorizations: [] } }],
  ]
  for (const [what, path, reply] of cases) {
    test(`${what}: refused in one bounded line`, async t => {
      const authority = new FakeAuthority()
      authority.instead.set(path, reply)
      await refused(t, authority)
    })
  }

  test('nonces that are none are not signed', async t => {
    const authority = new FakeAuthority()
    authority.instead.set('/new-nonce', { headers: { 'Replay-Nonce': 'a"b' } })
    assert.match((await refused(t, authority)).message, /no nonce/)
  })
})

function plainDirectory() {
  const url = 'http://ca.example.org/new'
  return { newNonce: url, newAccount: url, newOrder: url }
}
