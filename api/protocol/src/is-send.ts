import type { ClientMessageOf } from './client-messages.ts'
import { LIMITS } from './limits.ts'
import { isBytesBetween, isId16 } from './schema.ts'

type Send = ClientMessageOf<'send'>

/** Those of its schema. */
const FIELDS = 4

/**
 * Whether this is a `send` to which its schema has no objection, found out in a fifth of the time: of what members say to
 * each other nearly all is one. False settles nothing: the schema then says what is wrong, if anything is.
 */
export function isSend(value: Partial<Record<keyof Send, unknown>>): value is Send {
  return (
    value.type === 'send' &&
    isId16(value.id) &&
    (value.to === 'all' || isId16(value.to)) &&
    isBytesBetween(1, LIMITS.sealedBytes, value.sealed) &&
    Object.keys(value).length === FIELDS
  )
}
