import timers from 'node:timers/promises'
import * as v from 'valibot'
import type { Challenges, ChallengeType } from './challenges.ts'
import { type Answer, type Conversation, parse } from './conversation.ts'
import { show } from './exchange.ts'
import { AcmeFailure, reasonOf } from './failure.ts'
import type { Identifier } from './identifier.ts'

const url = v.pipe(v.string(), v.maxLength(2048))
const status = v.picklist([
  'pending',
  'processing',
  'ready',
  'valid',
  'invalid',
  'deactivated',
  'expired',
  'revoked',
])
const problem = v.object({ type: v.optional(v.string(), ''), detail: v.optional(v.string(), '') })

/** RFC 8555 section 7.1.3. */
const orderSchema = v.object({
  status,
  authorizations: v.pipe(v.array(url), v.maxLength(8)),
  finalize: url,
  certificate: v.optional(url),
  error: v.optional(problem),
})

/** Section 7.1.4; section 8 has the challenges. */
const authorizationSchema = v.object({
  status,
  challenges: v.pipe(
    v.array(v.object({ type: v.string(), url, token: v.optional(v.string()), error: v.optional(problem) })),
    v.maxLength(16),
  ),
})

type Order = v.InferOutput<typeof orderSchema>
type Authorization = v.InferOutput<typeof authorizationSchema>

/** Section 8.1: base64url of 128 bits at least. */
const TOKEN = /^[\w-]{16,256}$/

export type Wanted = {
  readonly identifier: Identifier
  readonly challenge: ChallengeType
}

/**
 * From an order to its certificate (RFC 8555 section 7.4): the pair as PEM, not looked at yet.
 *
 * @throws AcmeFailure
 */
export async function order(
  conversation: Conversation,
  { identifier, challenge }: Wanted,
  challenges: Challenges,
): Promise<{ readonly cert: string; readonly key: string }> {
  const { directory, signal } = conversation

  /** Asks until the answer is no longer one of these, for a bounded time. */
  async function settled<T extends { readonly status: string }>(
    target: string,
    read: (answer: Answer) => T,
    unsettled: readonly string[],
  ): Promise<T> {
    let waited = 0
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const answer = await conversation.post(target)
      const value = read(answer)
      if (!unsettled.includes(value.status)) return value
      if (waited > PATIENCE) throw new AcmeFailure('slow', 'the certificate authority did not decide in time')
      const wait = Math.min(Math.max(pause, answer.retryAfter), LONGEST_PAUSE)
      await timers.setTimeout(wait, undefined, { signal })
      waited += wait
    }
  }

  async function authorize(target: string): Promise<void> {
    const authorization = readAuthorization(await conversation.post(target))
    // The authority still knows from the last time that the name is ours.
    if (authorization.status === 'valid') return
    const offered = authorization.challenges.find(({ type }) => type === challenge)
    if (offered === undefined) {
      throw new AcmeFailure('unsupported', `the certificate authority does not offer ${challenge}`)
    }
    const { token = '' } = offered
    if (!TOKEN.test(token))
      throw new AcmeFailure('malformed', 'the certificate authority sent a malformed token')
    using _answer = await challenges.answer(challenge, identifier, `${token}.${conversation.thumbprint}`)
    await conversation.post(offered.url, {})
    const decided = await settled(target, readAuthorization, ['pending'])
    if (decided.status !== 'valid') throw notAuthorized(decided, challenge)
  }

  // IP addresses are certified for a few days only, and have to be asked for so where there is a choice.
  const profile = identifier.type === 'ip' && directory.meta.profiles?.[SHORT_LIVED] !== undefined
  const created = await conversation.post(directory.newOrder, {
    identifiers: [identifier],
    ...(profile ? { profile: SHORT_LIVED } : {}),
  })
  const { location } = created
  if (location === undefined) throw new AcmeFailure('malformed', 'the order has no address')
  const { authorizations, finalize } = readOrder(created)
  for (const authorization of authorizations) await authorize(authorization)
  const ready = await settled(location, readOrder, ['pending'])
  if (ready.status !== 'ready') throw notIssued(ready)

  const { requestCertificate } = await import('./requests.ts')
  const { key, csr } = await requestCertificate(identifier)
  await conversation.post(finalize, { csr })
  const issued = await settled(location, readOrder, ['ready', 'processing'])
  if (issued.status !== 'valid' || issued.certificate === undefined) throw notIssued(issued)
  return { cert: (await conversation.post(issued.certificate)).text, key }
}

const SHORT_LIVED = 'shortlived'
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5_000
const PATIENCE = 120_000

const readOrder = ({ text }: Answer): Order => parse(orderSchema, text, 'order')
const readAuthorization = ({ text }: Answer): Authorization =>
  parse(authorizationSchema, text, 'authorization')

const REACH: Readonly<Record<ChallengeType, string>> = {
  'tls-alpn-01': 'port 443 of this name must lead to PORT of this server',
  'http-01': 'port 80 of this name must lead to HTTP_PORT of this server',
}

function notAuthorized({ status, challenges }: Authorization, type: ChallengeType): AcmeFailure {
  const error = challenges.find(each => each.type === type)?.error
  const reason = reasonOf(error?.type) ?? 'unauthorized'
  const said = error?.detail || `the authorization is ${status}`
  return new AcmeFailure(
    reason,
    `the name was not proven by ${type}, for which ${REACH[type]}: ${show(said)}`,
  )
}

function notIssued({ status, error }: Order): AcmeFailure {
  const reason = reasonOf(error?.type) ?? 'order'
  return new AcmeFailure(reason, `the order is ${status}: ${show(error?.detail ?? '')}`)
}
