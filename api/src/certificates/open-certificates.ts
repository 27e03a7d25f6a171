import { unreachable } from '@chat-room/protocol'
import type { Config } from '../config.ts'
import type { RenewalClock } from '../edge/acme/renewals.ts'
import { openAcmeCertificate } from './acme-certificate.ts'
import type { CertificateLog, CertificateSource } from './certificate.ts'
import { openLocalCertificate } from './local-certificate.ts'
import { openOwnCertificate } from './own-certificate.ts'

/**
 * As the configuration would have it; undefined when another terminates TLS.
 *
 * @throws StartFailure
 */
export async function openCertificates(
  { tls, domain, allowedHosts, httpPort }: Config,
  log: CertificateLog,
): Promise<CertificateSource | undefined> {
  const now = Date.now
  switch (tls.mode) {
    case 'files':
      return await openOwnCertificate(tls, { now, log })
    case 'local': {
      const names = [...(domain === undefined ? [] : [domain]), ...allowedHosts]
      return await openLocalCertificate({ directory: tls.directory, names, now, log })
    }
    case 'acme':
      return await openAcmeCertificate({
        certsDirectory: tls.directory,
        authority: tls.authority,
        domain: tls.domain,
        hasPlainHttp: httpPort !== undefined,
        clock: SYSTEM_CLOCK,
        log,
      })
    case 'platform':
      return undefined
    default:
      return unreachable(tls)
  }
}

const SYSTEM_CLOCK: RenewalClock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
