import { readFile } from 'node:fs/promises'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { repeat } from '../edge/repeat.ts'
import { loadPair } from '../edge/tls-pair.ts'
import { StartFailure } from '../start-failure.ts'
import { type CertificateLog, type CertificateSource, day, describe } from './certificate.ts'

export type LocalCertificateOptions = {
  readonly directory: string
  /** Beyond those that the host has by itself. */
  readonly names: readonly string[]
  readonly now: () => number
  readonly log: CertificateLog
  /** Milliseconds between two looks at the host and the certificate. */
  readonly lookEvery?: number
}

const HOUR = 3_600_000

/**
 * A certificate of this machine's own authority. Hosts move to other networks, and servers run for longer than a
 * certificate lasts: it is looked after every hour.
 *
 * @throws StartFailure
 */
export async function openLocalCertificate(options: LocalCertificateOptions): Promise<CertificateSource> {
  const { directory, names, now, log, lookEvery = HOUR } = options

  async function ensure() {
    const made = await ensureLocalCertificates({ directory, names, now: now() })
    if (!made.ok) throw new StartFailure(made.error.message)
    const { paths, authority } = made.value
    const pair = await loadPair({ cert: paths['server.crt'], key: paths['server.key'] }, now())
    if (!pair.ok) throw new StartFailure(pair.error.message)
    const path = paths['ca.crt']
    return {
      certificate: describe(pair.value, false),
      authority: { path, fingerprint: authority.fingerprint, pem: await readFile(path, 'utf8') },
    }
  }

  const first = await ensure()
  let current = first.certificate
  let stop = () => Promise.resolve()
  return {
    authority: first.authority,

    get current() {
      return current
    },

    follow(onChange) {
      stop = repeat(
        lookEvery,
        async () => {
          const { certificate } = await ensure()
          if (certificate.cert === current.cert) return
          current = certificate
          onChange(current)
          const { fingerprint, hosts, notAfter } = current
          log.info({ fingerprint, hosts, until: day(notAfter) }, 'the certificate was replaced')
        },
        error => log.error({ err: error }, 'the local certificate could not be looked after; it stays'),
      )
    },

    close: () => stop(),
  }
}
