export type CertificatesError = {
  readonly reason:
    | 'bad-name' // not a DNS name or address that a certificate may bear
    | 'broken' // a file holds something else than it should
    | 'mismatch' // files that do not belong together
    | 'out-of-date' // the authority has expired, or the clock is wrong
    | 'other-algorithm' // RSA is asked for beside an ECDSA authority, or the reverse
    | 'outside-authority' // a name is asked for that the authority may not vouch for
  /** One line that says what is wrong and what to do. */
  readonly message: string
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: CertificatesError }

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value })

export const refuse = (reason: CertificatesError['reason'], message: string): Outcome<never> => ({
  ok: false,
  error: { reason, message },
})
