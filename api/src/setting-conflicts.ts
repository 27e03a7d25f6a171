import { isPublicHost } from './public-host.ts'
import { isLetsEncrypt } from './setting-kinds.ts'
import { type Given, tlsMode, type Values } from './settings.ts'

type TlsMode = ReturnType<typeof tlsMode>

/** What contradicts what, in one line each that says what to do. */
export function conflicts(values: Values, given: Given): string[] {
  const mode = tlsMode(values)
  const found: string[] = []
  if (mode === 'files') {
    if (values.TLS_CERT === undefined) found.push('TLS=files needs TLS_CERT, the path of the certificate')
    if (values.TLS_KEY === undefined) found.push('TLS=files needs TLS_KEY, the path of the private key')
  } else {
    const remedy = 'leave it out, or give TLS_CERT and TLS_KEY with TLS=files'
    if (values.TLS_CERT !== undefined) found.push(`TLS_CERT is not for TLS=${mode}: ${remedy}`)
    if (values.TLS_KEY !== undefined) found.push(`TLS_KEY is not for TLS=${mode}: ${remedy}`)
    if (values.TLS_KEY_PASSPHRASE_FILE !== undefined) {
      found.push(`TLS_KEY_PASSPHRASE_FILE is not for TLS=${mode}: ${remedy}`)
    }
  }
  found.push(...acmeConflicts(mode, values, given), ...platformConflicts(mode, values, given))
  if (mode !== 'platform' && values.PORT !== 0 && values.PORT === values.HTTP_PORT) {
    found.push(`PORT and HTTP_PORT are both ${values.PORT}: give two different ports, or HTTP_PORT=0`)
  }
  if (given.METRICS_HOST !== undefined && values.METRICS_PORT === undefined) {
    found.push('METRICS_HOST is nothing without METRICS_PORT: give both')
  }
  if (values.METRICS_PORT && [values.PORT, values.HTTP_PORT].includes(values.METRICS_PORT)) {
    found.push(`METRICS_PORT is ${values.METRICS_PORT}, which serves the room: give another one`)
  }
  return found
}

function acmeConflicts(mode: TlsMode, { DOMAIN, ACME_DIRECTORY }: Values, given: Given): string[] {
  if (mode !== 'acme') {
    return given.ACME_DIRECTORY === undefined
      ? []
      : [`ACME_DIRECTORY is not for TLS=${mode}: leave it out, or give DOMAIN with TLS=acme`]
  }
  if (DOMAIN === undefined) return ['TLS=acme needs DOMAIN, the name to certify']
  if (!isLetsEncrypt(ACME_DIRECTORY) || isPublicHost(DOMAIN)) return []
  return [
    `DOMAIN=${DOMAIN} is nothing that the whole internet knows, so that nobody certifies it: ` +
      'give TLS=local with it, or a public name',
  ]
}

function platformConflicts(
  mode: TlsMode,
  { DOMAIN, HTTP_PORT, PROXY_PROTOCOL }: Values,
  given: Given,
): string[] {
  if (mode !== 'platform') {
    return given.TRUSTED_HOPS === undefined
      ? []
      : [`TRUSTED_HOPS is not for TLS=${mode}: leave it out, or give TLS=platform`]
  }
  const found: string[] = []
  if (DOMAIN === undefined)
    found.push('TLS=platform needs DOMAIN, the name that the platform gives to the room')
  if (given.HTTP_PORT !== undefined && HTTP_PORT !== 0) {
    found.push('HTTP_PORT is not for TLS=platform, which serves plain HTTP on PORT: leave it out')
  }
  if (PROXY_PROTOCOL !== 'off') {
    found.push(
      'PROXY_PROTOCOL is not for TLS=platform, which tells of clients by X-Forwarded-For: leave it out',
    )
  }
  return found
}
