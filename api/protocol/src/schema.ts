import * as v from 'valibot'
import { TIMES } from './limits.ts'
import { isRefusalCode, type RefusalCode } from './refusals.ts'

/** Sixteen bytes, base64url without padding, canonical (the last character's unused bits are zero). */
const ID16 = /^[A-Za-z0-9_-]{21}[AQgw]$/
export const id16 = v.pipe(v.string(), v.regex(ID16, 'is not 16 bytes of base64url'))

const lengthOf = (bytes: number) => Math.ceil((bytes * 4) / 3)

/** What the last character may be when 1 or 2 bytes are left over: its unused bits are zero. */
const LAST = ['', 'AQgw', 'AEIMQUYcgkosw048'] as const

/** Exactly `count` bytes, base64url without padding. */
export const bytes = (count: number) => {
  const last = LAST[count % 3] ?? ''
  const tail = last === '' ? '' : `[${last}]`
  const length = lengthOf(count) - (last === '' ? 0 : 1)
  return v.pipe(
    v.string(),
    v.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}${tail}$`), `is not ${count} bytes of base64url`),
  )
}

/** As long as some number of bytes is, and without bits that say nothing. */
function isCanonical(text: string): boolean {
  const left = (text.length % 4) - 1
  return left === -1 || (left > 0 && (LAST[left]?.includes(text.slice(-1)) ?? false))
}

const ALPHABET = /^[A-Za-z0-9_-]*$/

/** From `min` to `max` bytes, base64url without padding, canonical: one text for each value. */
export const bytesBetween = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.minLength(lengthOf(min), `has fewer bytes than ${min}`),
    v.maxLength(lengthOf(max), `has more bytes than ${max}`),
    v.regex(ALPHABET, 'is not base64url'),
    v.check(isCanonical, 'is not base64url'),
  )

/** What `id16` takes. */
export const isId16 = (value: unknown): value is string => typeof value === 'string' && ID16.test(value)

/** What `bytesBetween` takes. */
export const isBytesBetween = (min: number, max: number, value: unknown): value is string =>
  typeof value === 'string' &&
  value.length >= lengthOf(min) &&
  value.length <= lengthOf(max) &&
  isCanonical(value) &&
  ALPHABET.test(value)

/** A whole number from 0 to 2^53 - 1. */
export const count = v.pipe(v.number(), v.safeInteger('is not a whole number'), v.minValue(0, 'is negative'))

export const countUpTo = (max: number) => v.pipe(count, v.maxValue(max, `is more than ${max}`))

/** Milliseconds to wait. Cut rather than refused: whoever asked must hear the answer, and must not wait for ever. */
export const wait = v.pipe(count, v.toMaxValue(TIMES.retryAfter))

/** Everyone, or one member's id. */
export const audience = v.union([v.literal('all'), id16])

/** A code that a newer server sends is told as `unknown-reason`: whoever asked must not wait for ever. */
export const refusalCode = v.pipe(
  v.string(),
  v.transform((code): RefusalCode => (isRefusalCode(code) ? code : 'unknown-reason')),
)
