import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Identifier, serverName } from './identifier.ts'

export type ChallengeType = 'tls-alpn-01' | 'http-01'

/** What the protocol of a handshake is called that asks for a challenge's answer (RFC 8737 section 6.2). */
export const ACME_TLS = 'acme-tls/1'

const WELL_KNOWN = '/.well-known/acme-challenge/'

/** The answers that prove to an authority that a name is ours, for as long as it may ask for them. */
export class Challenges {
  readonly #tokens = new Map<string, string>()
  readonly #contexts = new Map<string, SecureContext>()

  /** @param keyAuthorization RFC 8555 section 8.1. It begins with the token. */
  async answer(type: ChallengeType, identifier: Identifier, keyAuthorization: string): Promise<Disposable> {
    const [answers, name, value] =
      type === 'http-01'
        ? [this.#tokens, keyAuthorization.split('.')[0] ?? '', keyAuthorization]
        : [this.#contexts, serverName(identifier), await challengeContext(identifier, keyAuthorization)]
    ;(answers as Map<string, unknown>).set(name, value)
    return { [Symbol.dispose]: () => void answers.delete(name) }
  }

  /** RFC 8737 section 3: what is shown to who asks for this name by `acme-tls/1`. */
  readonly contextFor = (servername: string): SecureContext | undefined =>
    this.#contexts.get(servername.toLowerCase())

  /** RFC 8555 section 8.3: answers what asks for a challenge, and leaves all else to others. */
  readonly listener = ({ url = '' }: IncomingMessage, response: ServerResponse): boolean => {
    if (!url.startsWith(WELL_KNOWN)) return false
    const keyAuthorization = this.#tokens.get(url.slice(WELL_KNOWN.length))
    response.writeHead(keyAuthorization === undefined ? 404 : 200, {
      'Content-Type': 'application/octet-stream',
      'X-Content-Type-Options': 'nosniff',
    })
    response.end(keyAuthorization)
    return true
  }
}

async function challengeContext(identifier: Identifier, keyAuthorization: string): Promise<SecureContext> {
  const { issueChallengeCertificate } = await import('./requests.ts')
  const digest = createHash('sha256').update(keyAuthorization).digest()
  return createSecureContext({
    ...(await issueChallengeCertificate(identifier, digest)),
    minVersion: 'TLSv1.2',
  })
}
