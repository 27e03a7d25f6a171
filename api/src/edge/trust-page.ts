import { X509Certificate } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Hosts } from './hosts.ts'
import { httpsOrigin } from './redirect.ts'
import { TRUST_STYLE, trustHtml } from './trust-page-html.ts'

export const TRUST_PAGE = '/trust'

/** No script and nothing from elsewhere: it comes over plain HTTP, and asks for trust. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}

export type TrustPageOptions = {
  readonly hosts: Pick<Hosts, 'nameOf'>
  /** By which people reach the room. */
  readonly port: number
  readonly authority: { readonly pem: string; readonly fingerprint: string }
}

/** The local authority, for devices to trust, and how. False: what was asked for is something else. */
export function createTrustPage({ hosts, port, authority }: TrustPageOptions) {
  const { pem, fingerprint } = authority
  const der = new X509Certificate(pem).raw
  return ({ method, url, headers }: IncomingMessage, response: ServerResponse): boolean => {
    const name = hosts.nameOf(headers.host)
    if (name === undefined || (method !== 'GET' && method !== 'HEAD')) return false
    const answer = (type: string, body: string | Buffer) => {
      response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
      response.end(body)
      return true
    }
    switch (url) {
      case TRUST_PAGE:
        return answer('text/html; charset=utf-8', trustHtml({ origin: httpsOrigin(name, port), fingerprint }))
      case `${TRUST_PAGE}/style.css`:
        return answer('text/css; charset=utf-8', TRUST_STYLE)
      case `${TRUST_PAGE}/chat-room-ca.crt`:
        // Phones begin to install it by this type.
        return answer('application/x-x509-ca-cert', der)
      case `${TRUST_PAGE}/chat-room-ca.pem`:
        return answer('application/x-pem-file', pem)
      default:
        return false
    }
  }
}
