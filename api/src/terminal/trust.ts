import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { failure, ok, type Result } from '@chat-room/protocol'

/** The authorities that may vouch for a server, as a context for each new connection. */
export type Trust = () => SecureContext

/**
 * The machine's authorities, those of `asked` (a file a person named) and that of `own` (the project's local authority,
 * which may not exist yet). The error is in words for that person. Verification itself has no switch.
 */
export function trustedAuthorities(own: string, asked?: string): Result<Trust, string> {
  let askedPem: string | undefined
  if (asked !== undefined) {
    askedPem = readPem(asked)
    if (askedPem === undefined) return failure(`${asked} cannot be read`)
    if (!holdsCertificate(askedPem)) return failure(`${asked} holds no certificate in PEM form`)
  }
  let made: { readonly ownPem: string | undefined; readonly context: SecureContext } | undefined
  return ok(() => {
    // Read again for each connection: a room that is started after its client makes its authority then.
    const ownPem = readPem(own)
    if (made === undefined || made.ownPem !== ownPem) {
      const usable = ownPem !== undefined && holdsCertificate(ownPem) ? [ownPem] : []
      const named = askedPem === undefined ? [] : [askedPem]
      const context = createSecureContext({ ca: [...machineAuthorities(), ...named, ...usable] })
      made = { ownPem, context }
    }
    return made.context
  })
}

const machineAuthorities = (): readonly string[] => [
  ...new Set([...getCACertificates('default'), ...getCACertificates('system')]),
]

function readPem(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function holdsCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    return false
  }
}
