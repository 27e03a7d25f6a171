import * as v from 'valibot'

/** Sixteen bytes, base64url without padding, canonical (the last character's unused bits are zero). */
export const id16 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'is not 16 bytes of base64url'))

const lengthOf = (bytes: number) => Math.ceil((bytes * 4) / 3)

// What the last character may be when 1 or 2 bytes are left over: its unused bits must be zero.
const LAST = ['', '[AQgw]', '[AEIMQUYcgkosw048]'] as const

/** Exactly `count` bytes, base64url without padding. */
export const bytes = (count: number) => {
  const tail = LAST[count % 3] ?? ''
  const length = lengthOf(count) - (tail === '' ? 0 : 1)
  return v.pipe(
    v.string(),
    v.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}${tail}$`), `is not ${count} bytes of base64url`),
  )
}

/** From `min` to `max` bytes, base64url without padding. */
export const bytesBetween = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.minLength(lengthOf(min), `has less than ${min} bytes`),
    v.maxLength(lengthOf(max), `has more than ${max} bytes`),
    v.regex(/^[A-Za-z0-9_-]*$/, 'is not base64url'),
  )

/** A whole number from 0 to 2^53 - 1. */
export const count = v.pipe(
  v.number('is not a number'),
  v.safeInteger('is not a whole number'),
  v.minValue(0, 'is negative'),
)

export const countUpTo = (max: number) => v.pipe(count, v.maxValue(max, `is more than ${max}`))

/** Milliseconds since 1970, by the server's clock. */
export const at = count

/** Everyone, or one member's id. */
export const audience = v.union([v.literal('all'), id16], 'is neither "all" nor a member id')
