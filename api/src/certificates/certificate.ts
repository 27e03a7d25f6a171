import type { Challenges } from '../edge/acme/challenges.ts'
import { isPubliclyTrusted } from '../edge/public-trust.ts'
import { type CheckedPair, certificateHosts } from '../edge/tls-pair.ts'

/** What the server shows itself with. */
export type Certificate = CheckedPair & {
  /** Names and addresses that it is for. */
  readonly hosts: readonly string[]
  /** Whether browsers trust it from the start. */
  readonly isPublic: boolean
}

/** Of local mode: whom devices have to trust. */
export type LocalAuthority = {
  readonly path: string
  /** SHA-256, `AA:BB:…`. */
  readonly fingerprint: string
  readonly pem: string
}

/** Where certificates come from, one after the other. */
export interface CertificateSource {
  /** Undefined: there is none yet. */
  readonly current: Certificate | undefined
  readonly authority?: LocalAuthority
  /** What is shown and told to a certificate authority that asks whether the name is ours. */
  readonly challenges?: Challenges
  /** Begins to see to the certificate; each that takes the place of another is handed on. To be called once. */
  follow(onChange: (certificate: Certificate) => void): void
  close(): Promise<void>
}

/** What is said of all this, to the operator. */
export type CertificateLog = Record<'info' | 'warn' | 'error', (context: object, message: string) => void>

/** @param known Whether it is public; else that is looked up when it is first asked for, which takes some ten milliseconds. */
export function describe(pair: CheckedPair, known?: boolean): Certificate {
  let isPublic = known
  return {
    ...pair,
    hosts: certificateHosts(pair.cert),
    get isPublic() {
      isPublic ??= isPubliclyTrusted(pair.cert)
      return isPublic
    },
  }
}

export const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
