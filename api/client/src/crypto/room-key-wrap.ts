import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, concat, encodeU32, encodeUtf8, equalBytes, type Random, readU32 } from '../bytes.ts'
import { decrypt, encrypt, NONCE_BYTES } from './aes-gcm.ts'
import { BOX_OVERHEAD, openBox, sealBox } from './box.ts'
import { deriveAesKey, deriveBytes, importHkdfKey } from './hkdf.ts'
import { label, labelText } from './labels.ts'
import { ROOT_KEY_BYTES } from './room-keys.ts'

/*
 * wrap = 01 ‖ epoch 4 ‖ COMMIT 32 ‖ nonce 12 ‖ AES-256-GCM(KEK, root key, "wrap|roomId|epoch")
 * back = 01 ‖ epoch 4 ‖ nonce 12 ‖ AES-256-GCM(HKDF(root key, "chat/v1/back"), root key of the epoch before)
 */
const VERSION = 1
const KEK_BYTES = 32
const HEADER_BYTES = 5
const COMMIT_END = HEADER_BYTES + 32
const NONCE_END = COMMIT_END + NONCE_BYTES
const WRAP_BYTES = 97
const BACK_BYTES = HEADER_BYTES + ROOT_KEY_BYTES + BOX_OVERHEAD

type UnwrapFailure =
  /** Not a wrap of this version. */
  | 'malformed'
  /** Made with another export key: an older password's record, or another room. */
  | 'wrong-key'
  /** The right key, but bytes were changed. */
  | 'damaged'

type RootKey = {
  readonly epoch: number
  /** 32 bytes. Import them with `importRoomKeys`, which zeroes them. */
  readonly bytes: Bytes
}

const wrapContext = (roomId: string, epoch: number): Bytes => encodeUtf8(`wrap|${roomId}|${epoch}`)

async function wrappingKey(exportKey: Bytes, roomId: string): Promise<{ kek: CryptoKey; commit: Bytes }> {
  const base = await importHkdfKey(exportKey)
  const derived = await deriveBytes(base, encodeUtf8(labelText('kek', roomId)), 64)
  const kek = await crypto.subtle.importKey('raw', derived.subarray(0, KEK_BYTES), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ])
  derived.fill(0, 0, KEK_BYTES)
  return { kek, commit: derived.subarray(KEK_BYTES) }
}

/** The room's root key (32 bytes) under what only the password opens: 97 bytes. */
export async function wrapRoomKey(
  exportKey: Bytes,
  roomId: string,
  rootKey: RootKey,
  random: Random,
): Promise<Bytes> {
  if (rootKey.bytes.length !== ROOT_KEY_BYTES) throw new RangeError('a root key has 32 bytes')
  const { kek, commit } = await wrappingKey(exportKey, roomId)
  const nonce = random(NONCE_BYTES)
  const sealed = await encrypt(kek, nonce, rootKey.bytes, wrapContext(roomId, rootKey.epoch))
  return concat(Uint8Array.of(VERSION), encodeU32(rootKey.epoch), commit, nonce, sealed)
}

export async function unwrapRoomKey(
  exportKey: Bytes,
  roomId: string,
  wrap: Bytes,
): Promise<Result<RootKey, UnwrapFailure>> {
  if (wrap.length !== WRAP_BYTES || wrap[0] !== VERSION) return failure('malformed')
  const { kek, commit } = await wrappingKey(exportKey, roomId)
  // AES-GCM alone does not commit to its key: one ciphertext can be made to open under many (partitioning oracles).
  if (!equalBytes(commit, wrap.subarray(HEADER_BYTES, COMMIT_END))) return failure('wrong-key')
  const epoch = readU32(wrap, 1)
  const nonce = wrap.subarray(COMMIT_END, NONCE_END)
  const bytes = await decrypt(kek, nonce, wrap.subarray(NONCE_END), wrapContext(roomId, epoch))
  return bytes === undefined ? failure('damaged') : ok({ epoch, bytes })
}

const backKey = async (rootKey: Bytes): Promise<CryptoKey> =>
  deriveAesKey(await importHkdfKey(rootKey), encodeUtf8('chat/v1/back'))

/** The root key of the epoch before, readable by whoever holds `rootKey`'s epoch: 65 bytes. */
export async function sealBackKey(
  rootKey: RootKey,
  previous: Bytes,
  roomId: string,
  random: Random,
): Promise<Bytes> {
  if (previous.length !== ROOT_KEY_BYTES) throw new RangeError('a root key has 32 bytes')
  const header = concat(Uint8Array.of(VERSION), encodeU32(rootKey.epoch))
  return sealBox(await backKey(rootKey.bytes), random, header, previous, label('back', roomId))
}

export async function openBackKey(
  rootKey: RootKey,
  back: Bytes,
  roomId: string,
): Promise<Result<RootKey, 'malformed' | 'damaged'>> {
  if (back.length !== BACK_BYTES || back[0] !== VERSION || readU32(back, 1) !== rootKey.epoch) {
    return failure('malformed')
  }
  const bytes = await openBox(await backKey(rootKey.bytes), back, HEADER_BYTES, label('back', roomId))
  return bytes === undefined ? failure('damaged') : ok({ epoch: rootKey.epoch - 1, bytes })
}
