import type { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { certificateFiles, type FileName } from './certificate-files.ts'
import { constraintsFor, type Host, hostNames, namesOf, parseName, thisHost, unique } from './host-names.ts'
import type { Algorithm } from './key-pair.ts'
import { permits } from './name-constraints.ts'
import { done, type Outcome, refuse } from './outcome.ts'
import { openAuthority, startAnew } from './stored-authority.ts'
import { openServerPair, renew, stillServes } from './stored-server.ts'

export type CertificatesRequest = {
  readonly directory: string
  /** DNS names and IP addresses beyond those the host has by itself. */
  readonly names: readonly string[]
  /** Left out: that of the authority there is, ECDSA on P-256 if there is none. */
  readonly algorithm?: Algorithm
  /** Epoch milliseconds. */
  readonly now: number
  readonly host?: Host
}

export type LocalCertificates = {
  readonly paths: Readonly<Record<FileName, string>>
  /** Which files this call wrote; empty when all was well. */
  readonly written: readonly FileName[]
  readonly authority: Described
  readonly server: Described
  /** What the server certificate is good for: names asked for, then `localhost`, then the host's own. */
  readonly names: readonly string[]
  /** Names of this host that an authority made before the host had them may not vouch for. */
  readonly leftOut: readonly string[]
}

export type Described = {
  readonly subject: string
  /** SHA-256 of the certificate, `AA:BB:…`. */
  readonly fingerprint: string
  /** Epoch milliseconds. */
  readonly notAfter: number
}

/**
 * Makes whichever of the authority and the server certificate a directory lacks, and a new server certificate
 * when the old one lacks a name or has a third of its life left. Files appear whole and in an order in which
 * what a crash or a second process leaves is carried on with. Nothing is overwritten but a `server.crt` that
 * this authority signed. Errors of the file system are thrown.
 */
export async function ensureLocalCertificates(
  request: CertificatesRequest,
): Promise<Outcome<LocalCertificates>> {
  const { directory, now, algorithm, host = thisHost() } = request
  const bad = request.names.find(name => parseName(name) === undefined)
  if (bad !== undefined) {
    return refuse(
      'bad-name',
      `a certificate cannot bear ${JSON.stringify(bad)}: give an IP address, or a DNS name with a dot in it, as NAME.local`,
    )
  }
  const asked = request.names.flatMap(name => parseName(name) ?? [])
  const own = hostNames(host)

  const files = certificateFiles(directory)
  const permitted = constraintsFor([...asked, ...own])
  const authority = await openAuthority(files, { permitted, hostName: host.name, algorithm }, now)
  if (!authority.ok) return authority
  const pair = await openServerPair(files, authority.value)
  if (!pair.ok) return pair

  const before = pair.value.certificate
  const held = before ? namesOf(before) : []
  const wanted = unique([...asked, ...askedBefore(held), ...own])
  const refused = await notPermitted(
    authority.value.certificate,
    wanted.filter(name => !held.includes(name)),
  )
  const outside = asked.find(name => refused.includes(name))
  if (outside !== undefined) {
    const remedy = `take another directory, or ${startAnew(directory)}`
    return refuse(
      'outside-authority',
      `the authority in ${directory} may not vouch for ${outside}: ${remedy}`,
    )
  }
  const names = wanted.filter(name => !refused.includes(name))
  const certificate =
    before && stillServes(before, names, now)
      ? before
      : await renew(files, authority.value, pair.value.key, names, now)

  return done({
    paths: {
      'ca.crt': join(directory, 'ca.crt'),
      'ca.key': join(directory, 'ca.key'),
      'server.crt': join(directory, 'server.crt'),
      'server.key': join(directory, 'server.key'),
    },
    written: files.written,
    authority: describe(authority.value.certificate),
    server: describe(certificate),
    names: namesOf(certificate),
    leftOut: own.filter(name => refused.includes(name)),
  })
}

/** A name once asked for stays. It stands before `localhost`; the host's own, which come and go, after it. */
function askedBefore(held: readonly string[]): readonly string[] {
  const boundary = held.indexOf('localhost')
  return boundary === -1 ? held : held.slice(0, boundary)
}

/** Which of `names` an authority may not vouch for. Without names nothing is loaded, so that a usual start is quick. */
async function notPermitted(authority: X509Certificate, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const { permittedBy } = await import('./name-constraints-extension.ts')
  const constraints = permittedBy(authority)
  return constraints ? names.filter(name => !permits(constraints, name)) : []
}

const describe = (certificate: X509Certificate): Described => ({
  subject: certificate.subject.replaceAll('\n', ', '),
  fingerprint: certificate.fingerprint256,
  notAfter: certificate.validToDate.getTime(),
})
