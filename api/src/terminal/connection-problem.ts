import type { X509Certificate } from 'node:crypto'
import type { ConnectionProblem } from '@chat-room/client'
import { errnoOf } from '../errno.ts'

const NOT_TRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

// What OpenSSL's verification calls its failures, RFC 5280 in mind: none of them passes by trying again.
const VERIFICATION =
  /^(CERT_|CRL_|UNABLE_TO_|INVALID_|PATH_LENGTH|PERMITTED|EXCLUDED|ERR_TLS_CERT_|HOSTNAME_)/

const UNREACHABLE: Readonly<Record<string, (at: string) => string>> = {
  ECONNREFUSED: at => `nothing listens at ${at}`,
  ENOTFOUND: at => `there is no host of the name in ${at}`,
  EAI_AGAIN: at => `the name in ${at} cannot be looked up now: is there a network?`,
  EHOSTUNREACH: at => `there is no way to ${at}: is there a network?`,
  ENETUNREACH: at => `there is no way to ${at}: is there a network?`,
  ETIMEDOUT: at => `${at} does not answer`,
  ECONNRESET: at => `${at} broke the connection off`,
  EPIPE: at => `${at} broke the connection off`,
  EPROTO: at => `${at} does not speak TLS as this client does`,
  ERR_SSL_WRONG_VERSION_NUMBER: at => `${at} does not speak TLS: is it plain HTTP?`,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: at => `${at} does not speak TLS: is it plain HTTP?`,
}

/** Says in plain words why no connection was made. `shown` is the certificate that the server showed, if it came so far. */
export function connectionProblem(url: string, error: Error, shown?: X509Certificate): ConnectionProblem {
  const { host, hostname } = new URL(url)
  const code = errnoOf(error) ?? ''
  const why = certificateProblem(code, hostname, shown)
  if (why !== undefined) {
    const fingerprint =
      shown === undefined ? '' : ` The SHA-256 fingerprint of what it showed is ${shown.fingerprint256}.`
    return { reason: 'certificate', message: `${why}${fingerprint}` }
  }
  return {
    reason: 'unreachable',
    message: UNREACHABLE[code]?.(host) ?? `no connection to ${host}: ${error.message}`,
  }
}

function certificateProblem(code: string, hostname: string, shown?: X509Certificate): string | undefined {
  if (NOT_TRUSTED.has(code)) {
    return (
      `The certificate of ${hostname} is not vouched for by an authority that is trusted here. ` +
      "If it is the room's own authority, compare the fingerprint with what the server printed, " +
      'get its ca.crt and name it with --ca.'
    )
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate is not for ${hostname}; it is for ${shown?.subjectAltName ?? 'no name at all'}.`
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${hostname} has expired${shown ? ` (it was good until ${shown.validTo})` : ''}.`
    case 'CERT_NOT_YET_VALID':
      return (
        `The certificate of ${hostname} is not valid yet${shown ? ` (it begins on ${shown.validFrom})` : ''}: ` +
        'is the clock of this machine right?'
      )
    default:
      return VERIFICATION.test(code) ? `The certificate of ${hostname} was refused: ${code}.` : undefined
  }
}
