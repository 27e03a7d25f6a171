import { type Bytes, decodeBase64Url, decodeUtf8, encodeBase64Url, encodeUtf8, type Random } from './bytes.ts'
import { openState, sealState } from './crypto/local-state.ts'

/** A room's root key as a device holds it: it lies open only while something is derived from it. */
export type SealedRoot = { readonly key: CryptoKey; readonly sealed: Bytes }

/** Whom this device comes back as, and with which of the room's keys. */
export type Remembered = { readonly alias: string; readonly epoch: number; readonly root: SealedRoot }

/** The slot that says whom to come back as. */
export const STAY = 'stay'

const ROOT = 'root'

/** Overwrites nothing: the bytes stay the caller's. */
export const sealRoot = async (key: CryptoKey, root: Bytes, random: Random): Promise<SealedRoot> => ({
  key,
  sealed: await sealState(key, ROOT, root, random),
})

/** 32 bytes, the caller's own; undefined: the key is another one now. */
export async function openRoot({ key, sealed }: SealedRoot): Promise<Bytes | undefined> {
  const opened = await openState(key, ROOT, sealed)
  return opened.ok ? opened.value : undefined
}

const nameOf = (room: string): string => `stay ${room}`

/** `room`: its address. Undefined: its root key opens no more. */
export async function sealStay(
  key: CryptoKey,
  room: string,
  { alias, epoch, root }: Remembered,
  random: Random,
): Promise<Bytes | undefined> {
  // It may have been sealed before somebody chose where things are kept.
  const bytes = await openRoot(root)
  if (bytes === undefined) return undefined
  const { sealed } = await sealRoot(key, bytes, random)
  bytes.fill(0)
  const json = JSON.stringify({ version: 1, alias, epoch, root: encodeBase64Url(sealed) })
  return sealState(key, nameOf(room), encodeUtf8(json), random)
}

export async function openStay(key: CryptoKey, room: string, sealed: Bytes): Promise<Remembered | undefined> {
  const opened = await openState(key, nameOf(room), sealed)
  if (!opened.ok) return undefined
  const { version, alias, epoch, root } = JSON.parse(decodeUtf8(opened.value) ?? '{}')
  const bytes = version === 1 ? decodeBase64Url(root) : undefined
  return bytes && { alias, epoch, root: { key, sealed: bytes } }
}
