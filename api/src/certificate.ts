import { unreachable } from '@chat-room/protocol'
import { ensureLocalCertificates } from '../../certs/local-certificates.ts'
import type { Config } from './config.ts'
import { certificateHosts, loadPair } from './edge/tls.ts'
import { StartFailure } from './start-failure.ts'

/** What the server shows itself with. */
export type Certificate = {
  /** PEM. */
  readonly cert: string
  readonly key: string
  /** SHA-256 of the server's certificate, `AA:BB:…`. */
  readonly fingerprint: string
  /** Names and addresses that it is for. */
  readonly hosts: readonly string[]
  /** In local mode: the authority that devices have to trust. */
  readonly authority: { readonly path: string; readonly fingerprint: string } | undefined
}

/** @throws StartFailure */
export async function obtainCertificate(
  { tls, domain, allowedHosts }: Config,
  now: number,
): Promise<Certificate> {
  switch (tls.mode) {
    case 'files':
      return { ...(await load(tls.cert, tls.key, now)), authority: undefined }
    case 'local': {
      const names = [...(domain === undefined ? [] : [domain]), ...allowedHosts]
      const made = await ensureLocalCertificates({ directory: tls.directory, names, now })
      if (!made.ok) throw new StartFailure(made.error.message)
      const { paths, authority } = made.value
      const pair = await load(paths['server.crt'], paths['server.key'], now)
      return { ...pair, authority: { path: paths['ca.crt'], fingerprint: authority.fingerprint } }
    }
    case 'acme':
    case 'platform':
      throw new StartFailure(
        `TLS=${tls.mode} is not there yet: give a certificate by TLS_CERT and TLS_KEY, or use TLS=local`,
      )
    default:
      return unreachable(tls)
  }
}

async function load(certPath: string, keyPath: string, now: number) {
  const pair = await loadPair(certPath, keyPath, now)
  if (!pair.ok) throw new StartFailure(pair.error.message)
  return { ...pair.value, hosts: certificateHosts(pair.value.cert) }
}
