import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { unreachable } from '@chat-room/protocol'
import type { Config } from '../config.ts'
import { Vault } from '../edge/acme/vault.ts'
import { Hosts } from '../edge/hosts.ts'
import { readIfThere } from '../edge/private-file.ts'
import { isPubliclyTrusted } from '../edge/public-trust.ts'
import { type CheckedPair, certificateHosts, checkPair, loadPair } from '../edge/tls-pair.ts'
import { type Finding, fine, problem, warning } from './finding.ts'

const DAY = 86_400_000
/** Of a certificate that somebody renews: it should have happened by then. */
const SOON = 14 * DAY

/** Whether there is a certificate to serve, for how long, for which names, and who trusts it. */
export async function checkCertificate(config: Config, now: number): Promise<readonly Finding[]> {
  const { tls, domain } = config
  switch (tls.mode) {
    case 'platform':
      return [fine('another terminates TLS')]
    case 'files': {
      const loaded = await loadPair(tls, now)
      if (!loaded.ok)
        return [problem(loaded.error.message, 'the server does not start before this is mended')]
      return [
        checkEnd(loaded.value, now, SOON),
        checkNames(loaded.value, domain),
        checkChain(loaded.value, tls.cert),
      ]
    }
    case 'local': {
      const path = join(tls.directory, 'server.crt')
      if ((await readIfThere(path)) === undefined) return [fine('a local certificate is made at the start')]
      const loaded = await loadPair({ cert: path, key: join(tls.directory, 'server.key') }, now)
      // What is about to end is replaced; what does not fit together is not.
      if (!loaded.ok && loaded.error.reason !== 'expired') {
        return [
          problem(loaded.error.message, `move ${tls.directory} away, and trust the new authority everywhere`),
        ]
      }
      return [fine('the local certificate can be served, to who trusts its authority')]
    }
    case 'acme': {
      const vault = new Vault(tls.directory, tls.authority)
      const pair = await vault.pair(tls.domain)
      if (pair === undefined) return [fine(`a certificate for ${tls.domain} is ordered at the start`)]
      const path = vault.pathOf(tls.domain)
      const checked = checkPair(pair, { cert: path, key: path }, now)
      if (!checked.ok)
        return [warning(checked.error.message, 'another one is ordered at the start; look at the log')]
      const life = checked.value.notAfter - checked.value.notBefore
      // Renewed after two thirds, and tried again and again: with a sixth left, something is wrong.
      return [checkEnd(checked.value, now, life / 6), checkNames(checked.value, domain)]
    }
    default:
      return unreachable(tls)
  }
}

function checkEnd({ notAfter }: CheckedPair, now: number, soon: number): Finding {
  const told = `the certificate is good until ${new Date(notAfter).toISOString().slice(0, 10)}`
  return notAfter - now > soon
    ? fine(told)
    : warning(`${told} only`, 'renew it; if it should renew itself, look at the log')
}

function checkNames({ cert }: CheckedPair, domain: string | undefined): Finding {
  const names = certificateHosts(cert)
  if (domain === undefined || new Hosts(names).allowsHost(domain))
    return fine(`it is for ${names.join(', ')}`)
  return problem(
    `it is for ${names.join(', ')}, not for ${domain}`,
    'have it issued for DOMAIN, or give another DOMAIN',
  )
}

function checkChain({ cert }: CheckedPair, path: string): Finding {
  if (isPubliclyTrusted(cert)) return fine('browsers trust it from the start')
  const { issuer, subject } = new X509Certificate(cert)
  const [by = ''] = /CN=.*/.exec(issuer) ?? [issuer]
  if (issuer === subject)
    return warning('it is signed by itself: browsers warn, and install no app', 'trust it on each device')
  return warning(
    `it leads to nobody whom browsers trust from the start (${by.replace('CN=', '')})`,
    `if a public authority issued it, ${path} lacks its intermediate: use the full chain; otherwise trust that authority on each device`,
  )
}
