/** What an id was stored as: its number in the log, or, `direct`, in its recipient's mailbox. */
export type Known = { readonly number: number; readonly at: number; readonly direct: 0 | 1 }
export type KnownId = Known & { readonly id: Uint8Array }

const ID = 16
/** Id, number 6, time 6, direct 1. */
const ROW = ID + 13

/** Used again for each bundle: what is bound to a statement is copied. */
let scratch = Buffer.alloc(8 * 1024)

export const countOf = (bundle: Uint8Array): number => bundle.length / ROW

/** Ids that followed each other, in one row. Good until the next call. */
export function encodeIds(ids: readonly KnownId[]): Uint8Array {
  const length = ids.length * ROW
  if (scratch.length < length) scratch = Buffer.alloc(length)
  let at = 0
  for (const { id, number, at: time, direct } of ids) {
    scratch.set(id, at)
    scratch.writeUIntBE(number, at + ID, 6)
    scratch.writeUIntBE(time, at + ID + 6, 6)
    scratch[at + ID + 12] = direct
    at += ROW
  }
  return scratch.subarray(0, length)
}

/** Undefined beyond its end. */
export function idAt(bundle: Uint8Array, index: number): KnownId | undefined {
  if (index < 0 || index >= countOf(bundle)) return undefined
  const row = Buffer.from(bundle.buffer, bundle.byteOffset + index * ROW, ROW)
  return {
    id: row.subarray(0, ID),
    number: row.readUIntBE(ID, 6),
    at: row.readUIntBE(ID + 6, 6),
    direct: row[ID + 12] === 1 ? 1 : 0,
  }
}

export const bareIdAt = (bundle: Uint8Array, index: number): Uint8Array =>
  bundle.subarray(index * ROW, index * ROW + ID)

export const withoutFirst = (bundle: Uint8Array, count: number): Uint8Array => bundle.subarray(count * ROW)
