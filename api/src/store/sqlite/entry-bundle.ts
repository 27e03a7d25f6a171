import type { Id } from '../../room/ports.ts'

/** In the order of their codes. */
const KINDS = ['hello', 'message', 'bye'] as const
type Kind = (typeof KINDS)[number]

/** An entry on its way into the log. */
export type NewEntry = {
  readonly kind: Kind
  readonly at: number
  readonly member: Id
  readonly session: Id
  /** A hello has none. */
  readonly id: Uint8Array | undefined
  readonly sealed: string
}

/** An entry as it lies in the database. */
export type KeptEntry = {
  readonly seq: number
  readonly kind: Kind
  readonly at: number
  /** Sealed bytes, those of a hello as well. */
  readonly size: number
  readonly member: Uint8Array
  readonly session: Uint8Array
  readonly id: Uint8Array | undefined
  /** Of a hello empty: it lies in `hellos`, where it may outlive its entry. */
  readonly sealed: Uint8Array
}

const ID = 16
/** Kind 1, time 6, size 4, member and session. */
const HEAD = 11 + 2 * ID

/** Of base64url without padding. */
export const sealedSize = (sealed: string): number => Math.floor((sealed.length * 3) / 4)

const bytesOf = ({ kind, sealed }: NewEntry): number =>
  kind === 'hello' ? HEAD : HEAD + ID + sealedSize(sealed)

/** Used again for each bundle: what is bound to a statement is copied. */
let scratch = Buffer.alloc(64 * 1024)

/** Entries that follow each other, in one row. Good until the next call. */
export function encodeEntries(entries: readonly NewEntry[]): Uint8Array {
  const length = entries.reduce((sum, entry) => sum + bytesOf(entry), 0)
  if (scratch.length < length) scratch = Buffer.alloc(length)
  let at = 0
  for (const entry of entries) at = encode(entry, at)
  return scratch.subarray(0, length)
}

function encode({ kind, at: time, member, session, id, sealed }: NewEntry, from: number): number {
  const size = sealedSize(sealed)
  scratch[from] = KINDS.indexOf(kind)
  scratch.writeUIntBE(time, from + 1, 6)
  scratch.writeUInt32BE(size, from + 7)
  scratch.write(member, from + 11, ID, 'base64url')
  scratch.write(session, from + 11 + ID, ID, 'base64url')
  const at = from + HEAD
  if (id === undefined) return at
  scratch.set(id, at)
  scratch.write(sealed, at + ID, size, 'base64url')
  return at + ID + size
}

/** @param last The number of the last one: the others' go before it without a gap. */
export function decodeEntries(bundle: Uint8Array, last: number): readonly KeptEntry[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length)
  const entries: Omit<KeptEntry, 'seq'>[] = []
  let at = 0
  const take = (length: number) => {
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const head = take(11)
    const kind = KINDS[head[0] ?? 0] ?? 'hello'
    const size = head.readUInt32BE(7)
    const [member, session] = [take(ID), take(ID)]
    const isHello = kind === 'hello'
    const id = isHello ? undefined : take(ID)
    entries.push({
      kind,
      at: head.readUIntBE(1, 6),
      size,
      member,
      session,
      id,
      sealed: take(isHello ? 0 : size),
    })
  }
  const first = last - entries.length + 1
  return entries.map((entry, index) => ({ seq: first + index, ...entry }))
}
