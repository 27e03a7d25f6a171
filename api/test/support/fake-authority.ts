import assert from 'node:assert/strict'
import {
  createPublicKey,
  type JsonWebKey,
  X509Certificate as NodeCertificate,
  randomUUID,
  verify,
} from 'node:crypto'
import * as x509 from '../../src/edge/acme/x509.ts'

type Request = {
  readonly path: string
  readonly protected: {
    readonly alg: string
    readonly nonce: string
    readonly url: string
    readonly jwk?: object
    readonly kid?: string
  }
  readonly payload: Record<string, unknown> | undefined
}

export type Reply = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: unknown
}

const ORIGIN = 'https://ca.example.org'
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * A certificate authority of one account and one order at a time, in place of `fetch`. It checks every signature and nonce, and
 * does what RFC 8555 says except where a test makes it answer otherwise.
 */
export class FakeAuthority {
  readonly directory = `${ORIGIN}/directory`
  /** Of every request, in order. */
  readonly paths: string[] = []
  readonly orders: Record<string, unknown>[] = []
  /** What it answers instead, by path; a function may give undefined to let things take their course. */
  readonly instead = new Map<string, Reply | ((request: Request) => Reply | undefined)>()
  readonly #nonces = new Set<string>()
  #key: ReturnType<typeof createPublicKey> | undefined
  #certificate = ''
  #isProven = false

  readonly fetch = async (
    input: string | URL | globalThis.Request,
    init: RequestInit = {},
  ): Promise<Response> => {
    init.signal?.throwIfAborted()
    assert.equal(init.redirect, 'error')
    assert.ok(new Headers(init.headers).has('User-Agent'))
    const url = new URL(String(input))
    assert.equal(url.origin, ORIGIN)
    this.paths.push(url.pathname)
    const request = init.method === 'POST' ? this.#read(url, String(init.body)) : undefined
    const other = this.instead.get(url.pathname)
    const reply =
      (typeof other === 'function'
        ? other(request ?? { path: url.pathname, protected: NOTHING, payload: undefined })
        : other) ?? (await this.#answer(url.pathname, request))
    const nonce = randomUUID()
    this.#nonces.add(nonce)
    const { status = 200, headers, body = '' } = reply
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return new Response(text, { status, headers: { 'Replay-Nonce': nonce, ...headers } })
  }

  #read(url: URL, body: string): Request {
    const jws = JSON.parse(body)
    const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString())
    const head: Request['protected'] = decode(jws.protected)
    assert.equal(head.alg, 'ES256')
    assert.equal(head.url, url.href)
    assert.ok(this.#nonces.delete(head.nonce), 'each nonce is used once')
    assert.equal(head.jwk === undefined, head.kid !== undefined)
    if (head.jwk !== undefined) this.#key = createPublicKey({ key: head.jwk as JsonWebKey, format: 'jwk' })
    else assert.equal(head.kid, `${ORIGIN}/account/1`)
    assert.ok(this.#key)
    const signed = Buffer.from(`${jws.protected}.${jws.payload}`)
    const key = { key: this.#key, dsaEncoding: 'ieee-p1363' } as const
    assert.ok(verify('sha256', signed, key, Buffer.from(jws.signature, 'base64url')))
    return {
      path: url.pathname,
      protected: head,
      payload: jws.payload === '' ? undefined : decode(jws.payload),
    }
  }

  async #answer(path: string, request: Request | undefined): Promise<Reply> {
    const status = this.#certificate !== '' ? 'valid' : this.#isProven ? 'ready' : 'pending'
    const order = {
      status,
      authorizations: [`${ORIGIN}/authorization/1`],
      finalize: `${ORIGIN}/finalize/1`,
      ...(status === 'valid' ? { certificate: `${ORIGIN}/certificate/1` } : {}),
    }
    switch (path) {
      case '/directory':
        return { body: DIRECTORY }
      case '/new-nonce':
        return {}
      case '/new-account':
        assert.deepEqual(request?.payload, { termsOfServiceAgreed: true })
        return { status: 201, headers: { Location: `${ORIGIN}/account/1` }, body: { status: 'valid' } }
      case '/new-order':
        this.orders.push(request?.payload ?? {})
        this.#certificate = ''
        return {
          status: 201,
          headers: { Location: `${ORIGIN}/order/1` },
          body: { ...order, status: this.#isProven ? 'ready' : 'pending' },
        }
      case '/order/1':
        return { body: order }
      case '/authorization/1':
        return {
          body: {
            status: this.#isProven ? 'valid' : 'pending',
            challenges: ['dns-01', 'http-01', 'tls-alpn-01'].map(type => ({
              type,
              url: `${ORIGIN}/challenge/${type}`,
              token: `token-of-${type}-0123456789`,
            })),
          },
        }
      case '/challenge/http-01':
      case '/challenge/tls-alpn-01':
        assert.deepEqual(request?.payload, {})
        this.#isProven = true
        return { body: {} }
      case '/finalize/1':
        this.#certificate = await issue(String(request?.payload?.['csr']))
        return { body: { ...order, status: 'processing' } }
      case '/certificate/1':
        return { body: this.#certificate }
      default:
        return { status: 404, body: { type: 'urn:ietf:params:acme:error:malformed', detail: path } }
    }
  }
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
const NOTHING = { alg: '', nonce: '', url: '' }

const DIRECTORY = {
  newNonce: `${ORIGIN}/new-nonce`,
  newAccount: `${ORIGIN}/new-account`,
  newOrder: `${ORIGIN}/new-order`,
  meta: { termsOfService: 'https://ca.example.org/terms', profiles: { classic: 'x', shortlived: 'y' } },
}

/** For the names and the key of a request, by an authority that nobody knows. */
async function issue(csr: string): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(Buffer.from(csr, 'base64url'))
  assert.ok(await request.verify())
  const names = request.getExtension(SUBJECT_ALTERNATIVE_NAME)
  assert.ok(names)
  const { privateKey } = await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: 'CN=nobody',
    publicKey: request.publicKey,
    signingKey: privateKey,
    signingAlgorithm: P256,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [names],
  })
  const pem = certificate.toString('pem')
  return new NodeCertificate(pem).toString()
}
