import {
  type Bytes,
  decodeBase64Url,
  decodeUtf8,
  encodeBase64Url,
  encodeUtf8,
  type Random,
} from '../bytes.ts'
import { openState, sealState } from '../crypto/local-state.ts'
import type { HistoryEntry } from '../events.ts'
import type { HistoryRecord } from '../ports.ts'

/** Where a record lies: sealed in, so that none can be put in another's place. */
type Place = { readonly room: string; readonly place: number; readonly id: string }

const nameOf = ({ room, place, id }: Place): string => `history ${JSON.stringify([room, place, id])}`

/** The only field that is not JSON of itself. */
const PREVIEW = 'preview'

export async function sealEntry(
  key: CryptoKey,
  random: Random,
  { room, id }: Omit<Place, 'place'>,
  entry: HistoryEntry,
): Promise<HistoryRecord> {
  const { place } = entry
  const json = JSON.stringify(entry, (field, value) =>
    field === PREVIEW ? encodeBase64Url(value as Bytes) : value,
  )
  return { place, id, sealed: await sealState(key, nameOf({ room, place, id }), encodeUtf8(json), random) }
}

/** Undefined: damaged, moved, or of another key. */
export async function openEntry(
  key: CryptoKey,
  room: string,
  { place, id, sealed }: HistoryRecord,
): Promise<HistoryEntry | undefined> {
  const opened = await openState(key, nameOf({ room, place, id }), sealed)
  if (!opened.ok) return undefined
  const json = decodeUtf8(opened.value)
  // It was sealed here: its shape is ours.
  return json === undefined
    ? undefined
    : JSON.parse(json, (field, value) => (field === PREVIEW ? decodeBase64Url(value) : value))
}
