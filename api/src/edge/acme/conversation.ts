import * as v from 'valibot'
import { type AccountKey, signRequest } from './account-key.ts'
import { type Exchanged, exchange, show } from './exchange.ts'
import { AcmeFailure, reasonOf } from './failure.ts'

const url = v.pipe(v.string(), v.maxLength(2048))

/** RFC 8555 section 7.1.1; profiles: draft-ietf-acme-profiles. */
const directorySchema = v.object({
  newNonce: url,
  newAccount: url,
  newOrder: url,
  meta: v.optional(
    v.object({
      termsOfService: v.optional(url),
      externalAccountRequired: v.optional(v.boolean()),
      profiles: v.optional(v.record(v.string(), v.unknown())),
    }),
    {},
  ),
})

/** RFC 7807, as far as we read it. */
const problemSchema = v.object({ type: v.optional(v.string(), ''), detail: v.optional(v.string(), '') })

export type Directory = v.InferOutput<typeof directorySchema>

export type Answer = {
  readonly text: string
  /** Of what was created. */
  readonly location: string | undefined
  /** Milliseconds to wait before asking again, as the authority would have it; 0 if it does not say. */
  readonly retryAfter: number
}

/** Refused nonces are no failure (section 6.5); this many in a row are. */
const NONCE_TRIES = 8
const DAY = 86_400_000

/**
 * Signed requests to one certificate authority, each with a nonce of the answer before (RFC 8555 section 6). All that
 * comes back is checked for its shape before it is used.
 */
export class Conversation {
  readonly directory: Directory
  readonly signal: AbortSignal
  readonly #key: AccountKey
  #account: string | undefined
  #nonce: string | undefined

  private constructor(directory: Directory, key: AccountKey, signal: AbortSignal) {
    this.directory = directory
    this.signal = signal
    this.#key = key
  }

  /** @throws AcmeFailure */
  static async open(directoryUrl: string, key: AccountKey, signal: AbortSignal): Promise<Conversation> {
    const answered = await exchange(directoryUrl, { signal })
    if (answered.status !== 200) throw problem(answered)
    return new Conversation(parse(directorySchema, answered.text, 'directory'), key, signal)
  }

  get thumbprint(): string {
    return this.#key.thumbprint
  }

  /**
   * Enters with the account of the key, made if there is none. An account is asked for each time and its URL not kept:
   * the request is the same for an account that exists (section 7.3.1), changes nothing of it, and mends one that the
   * authority has forgotten.
   *
   * @throws AcmeFailure
   */
  async enter(): Promise<void> {
    if (this.directory.meta.externalAccountRequired) {
      throw new AcmeFailure(
        'externalAccountRequired',
        'this certificate authority wants an account that was made elsewhere: take another ACME_DIRECTORY',
      )
    }
    const { location } = await this.post(this.directory.newAccount, { termsOfServiceAgreed: true })
    if (location === undefined) throw new AcmeFailure('malformed', 'the account has no address')
    this.#account = location
  }

  /**
   * @param payload Absent: reads what is there.
   * @throws AcmeFailure
   */
  async post(target: string, payload?: object): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answered = await this.#send(target, payload)
      this.#nonce = nonceOf(answered)
      if (answered.status < 300) {
        const { headers, text } = answered
        return {
          text,
          location: headers.get('location') ?? undefined,
          retryAfter: retryAfterOf(headers),
        }
      }
      const failure = problem(answered)
      if (failure.reason !== 'badNonce' || tries === NONCE_TRIES) throw failure
    }
  }

  async #send(target: string, payload: object | undefined): Promise<Exchanged> {
    const { signal } = this
    const nonce = this.#nonce ?? nonceOf(await exchange(this.directory.newNonce, { method: 'HEAD', signal }))
    if (nonce === undefined) throw new AcmeFailure('malformed', 'the certificate authority gave no nonce')
    return await exchange(target, {
      method: 'POST',
      headers: { 'Content-Type': 'application/jose+json' },
      body: signRequest(this.#key, { url: target, nonce, payload, account: this.#account }),
      signal,
    })
  }
}

/** @throws AcmeFailure */
export function parse<T extends v.GenericSchema>(schema: T, text: string, what: string): v.InferOutput<T> {
  const parsed = v.safeParse(schema, parseJson(text))
  if (parsed.success) return parsed.output
  throw new AcmeFailure(
    'malformed',
    `the certificate authority sent something else than its ${what}: ${show(text)}`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Base64url (section 6.5.1): nothing else of a header goes into what we sign. */
const nonceOf = ({ headers }: Exchanged): string | undefined =>
  /^[\w-]{1,512}$/.exec(headers.get('replay-nonce') ?? '')?.[0]

function problem({ status, headers, text }: Exchanged): AcmeFailure {
  const parsed = v.safeParse(problemSchema, parseJson(text))
  const { type, detail } = parsed.success ? parsed.output : { type: '', detail: '' }
  return new AcmeFailure(
    reasonOf(type) ?? `status-${status}`,
    `the certificate authority refused: ${detail === '' ? `status ${status}` : show(detail)}`,
    { retryAfter: retryAfterOf(headers) },
  )
}

/** RFC 9110 section 10.2.3: seconds, or a date; at most a day. */
function retryAfterOf(headers: Headers): number {
  const header = headers.get('retry-after') ?? ''
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return wait > 0 ? Math.min(wait, DAY) : 0
}
