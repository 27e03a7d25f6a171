import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { failure, ok, type Result } from '@chat-room/protocol'
import { type Pair, SECURITY } from './tls.ts'

/** A pair that can be served. Its key is unlocked, whatever the file's is. */
export type CheckedPair = Pair & {
  /** SHA-256 of the server's own certificate, `AA:BB:…`. */
  readonly fingerprint: string
  /** Epoch milliseconds. */
  readonly notBefore: number
  readonly notAfter: number
}

export type PairError = {
  readonly reason:
    | 'unreadable'
    | 'not-a-certificate'
    | 'not-a-key'
    | 'encrypted-key'
    | 'wrong-passphrase'
    | 'mismatch'
    | 'not-yet-valid'
    | 'expired'
    | 'refused' // OpenSSL does not serve it: a weak key or signature, a chain that is garbled
  /** One line in plain words that names the file. */
  readonly message: string
}

export type PairPaths = {
  readonly cert: string
  readonly key: string
  /** A file with the passphrase of the key, and at most a line end after it. */
  readonly passphrase?: string | undefined
}

/** Reads a pair and checks it. The error is of the first thing that is wrong. */
export async function loadPair(paths: PairPaths, now: number): Promise<Result<CheckedPair, PairError>> {
  const { cert, key, passphrase } = paths
  let secret: string | undefined
  try {
    if (passphrase !== undefined) secret = await readFile(passphrase, 'utf8')
  } catch (cause) {
    // Not by its path: that may be the passphrase itself, where somebody mistook the one for the other.
    const { code = cause } = cause as NodeJS.ErrnoException
    return refuse('unreadable', `the file that TLS_KEY_PASSPHRASE_FILE names cannot be read (${code})`)
  }
  try {
    const texts = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
    return checkPair(texts, paths, now, secret?.replace(/\r?\n$/, ''))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause
    return refuse('unreadable', `certificate or key cannot be read: ${why}`)
  }
}

/** Whether a pair can be served at `now` (epoch milliseconds): in date, and key and certificate of one another. */
export function checkPair(
  { cert, key }: Pair,
  paths: PairPaths,
  now: number,
  passphrase?: string,
): Result<CheckedPair, PairError> {
  const certificate = attempt(() => new X509Certificate(cert))
  if (!certificate.ok) return refuse('not-a-certificate', `${paths.cert} holds no PEM certificate`)
  const privateKey = unlock(key, paths, passphrase)
  if (!privateKey.ok) return privateKey
  const { value: leaf } = certificate
  if (!leaf.checkPrivateKey(privateKey.value)) {
    return refuse('mismatch', `${paths.key} is not the key of the first certificate in ${paths.cert}`)
  }
  const notBefore = leaf.validFromDate.getTime()
  const notAfter = leaf.validToDate.getTime()
  if (now < notBefore) {
    return refuse('not-yet-valid', `${paths.cert} is good only from ${leaf.validFrom}: is the clock right?`)
  }
  if (now >= notAfter) {
    return refuse('expired', `${paths.cert} was good until ${leaf.validTo}: renew it`)
  }
  const unlocked = privateKey.value.export({ type: 'pkcs8', format: 'pem' }).toString()
  const context = attempt(() => createSecureContext({ ...SECURITY, cert, key: unlocked }))
  if (!context.ok) return refuse('refused', `${paths.cert} cannot be served: ${context.error.message}`)
  return ok({ cert, key: unlocked, fingerprint: leaf.fingerprint256, notBefore, notAfter })
}

/** Of PKCS #8 and of the older "Proc-Type: 4,ENCRYPTED" alike. */
function unlock(
  pem: string,
  { key }: PairPaths,
  passphrase: string | undefined,
): Result<KeyObject, PairError> {
  const isLocked = /\bENCRYPTED\b/.test(pem)
  if (isLocked && passphrase === undefined) {
    return refuse(
      'encrypted-key',
      `${key} is locked: name a file with its passphrase by TLS_KEY_PASSPHRASE_FILE`,
    )
  }
  const unlocked = attempt(() =>
    createPrivateKey(isLocked ? { key: pem, passphrase: passphrase ?? '' } : pem),
  )
  if (unlocked.ok) return unlocked
  return isLocked
    ? refuse('wrong-passphrase', `${key} does not open with the passphrase in TLS_KEY_PASSPHRASE_FILE`)
    : refuse('not-a-key', `${key} holds no PEM private key`)
}

/**
 * The DNS names and IP addresses that a certificate is for, in the spelling of `URL.hostname`: lower case, IPv6
 * in brackets. A wildcard stays `*.example.org`.
 */
export function certificateHosts(cert: string): string[] {
  const names = new X509Certificate(cert).subjectAltName ?? ''
  // Node quotes a name that holds more than a plain name does; none such is a host.
  const plain = names.replace(/"(?:[^"\\]|\\.)*"/g, '')
  return plain.split(', ').flatMap(entry => {
    const [, kind, name = ''] = /^(DNS|IP Address):(\S+)$/.exec(entry) ?? []
    if (kind === undefined) return []
    return kind !== 'DNS' && name.includes(':') ? new URL(`http://[${name}]`).hostname : name.toLowerCase()
  })
}

const refuse = (
  reason: PairError['reason'],
  message: string,
): { readonly ok: false; readonly error: PairError } => failure({ reason, message })

function attempt<T>(make: () => T): Result<T, Error> {
  try {
    return ok(make())
  } catch (cause) {
    return failure(cause instanceof Error ? cause : new Error(String(cause)))
  }
}
