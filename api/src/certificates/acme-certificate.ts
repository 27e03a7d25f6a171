import { failure, ok, type Result } from '@chat-room/protocol'
import { Challenges, type ChallengeType } from '../edge/acme/challenges.ts'
import { AcmeFailure } from '../edge/acme/failure.ts'
import { identifierOf } from '../edge/acme/identifier.ts'
import { obtain } from '../edge/acme/obtain.ts'
import type { Pauses, Validity } from '../edge/acme/renewal-plan.ts'
import { keepRenewed, type RenewalClock } from '../edge/acme/renewals.ts'
import { Vault, VaultDamaged } from '../edge/acme/vault.ts'
import { certificateHosts, checkPair } from '../edge/tls-pair.ts'
import { StartFailure } from '../start-failure.ts'
import { type Certificate, type CertificateLog, type CertificateSource, describe } from './certificate.ts'

export type AcmeCertificateOptions = {
  readonly certsDirectory: string
  /** URL of the authority's directory. */
  readonly authority: string
  /** In the spelling of `URL.hostname`. */
  readonly domain: string
  /** Without plain HTTP there is one way less to prove the name. */
  readonly hasPlainHttp: boolean
  readonly clock: RenewalClock
  readonly log: CertificateLog
  readonly pauses?: Pauses
}

/**
 * A certificate that an authority issues for the name, over and over. Until the first is there, handshakes are
 * refused: a placeholder would teach people to pass a browser's warning.
 *
 * @throws StartFailure
 */
export async function openAcmeCertificate(options: AcmeCertificateOptions): Promise<CertificateSource> {
  const { authority, domain, clock, log } = options
  const vault = new Vault(options.certsDirectory, authority)
  const account = await vault.account().catch(error => {
    throw error instanceof VaultDamaged ? new StartFailure(error.message) : error
  })
  const challenges = new Challenges()
  const identifier = identifierOf(domain)
  let current = await stored()
  let agreed = false
  let stop = () => Promise.resolve()

  async function stored(): Promise<Certificate | undefined> {
    const pair = await vault.pair(domain)
    if (pair === undefined) return undefined
    const path = vault.pathOf(domain)
    const checked = checkPair(pair, { cert: path, key: path }, clock.now())
    if (checked.ok) return describe(checked.value)
    log.warn({ why: checked.error.message }, 'the stored certificate cannot be used; a new one is ordered')
    return undefined
  }

  async function renew(
    challenge: ChallengeType,
    signal: AbortSignal,
    onChange: (certificate: Certificate) => void,
  ): Promise<Result<Validity, AcmeFailure>> {
    const obtained = await obtain(
      { directory: authority, account, identifier, challenge },
      challenges,
      signal,
    )
    if (!obtained.ok) return obtained
    const { termsOfService, ...pair } = obtained.value
    const what = 'the certificate just issued'
    const checked = checkPair(pair, { cert: what, key: what }, clock.now())
    if (!checked.ok) return failure(new AcmeFailure('unusable', checked.error.message))
    if (!certificateHosts(pair.cert).includes(domain)) {
      return failure(new AcmeFailure('unusable', `${what} is not for ${domain}`))
    }
    current = describe(checked.value)
    onChange(current)
    if (termsOfService !== undefined && !agreed) {
      log.info({ termsOfService }, 'these terms of the certificate authority are agreed to')
      agreed = true
    }
    // It serves from memory all the same; only the next start would order another.
    await vault.keep(domain, pair).catch(error => {
      log.error({ err: error, directory: vault.directory }, 'the certificate could not be kept')
    })
    return ok(checked.value)
  }

  return {
    challenges,

    get current() {
      return current
    },

    follow(onChange) {
      stop = keepRenewed({
        held: current,
        challenges: options.hasPlainHttp ? ['tls-alpn-01', 'http-01'] : ['tls-alpn-01'],
        renew: (challenge, signal) => renew(challenge, signal, onChange),
        clock,
        random: Math.random,
        log,
        ...(options.pauses === undefined ? {} : { pauses: options.pauses }),
      })
    },

    close: () => stop(),
  }
}
