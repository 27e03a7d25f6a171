import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, encodeUtf8, type Random } from '../bytes.ts'
import { openBox, sealBox } from './box.ts'
import { deriveAesKey, importHkdfKey } from './hkdf.ts'
import { labelText } from './labels.ts'

/* state = 01 ‖ nonce 12 ‖ AES-256-GCM(plaintext, additional data = what the caller calls it ‖ 01) */
const VERSION = 1

/** The key of what a client keeps on its own disk: only the room's password gives it back. */
export const deriveStateKey = async (exportKey: Bytes, roomId: string): Promise<CryptoKey> =>
  deriveAesKey(await importHkdfKey(exportKey), encodeUtf8(labelText('state', roomId)))

/** `name` says which piece of state this is, so that one cannot be put in another's place. */
export const sealState = (key: CryptoKey, name: string, plaintext: Bytes, random: Random): Promise<Bytes> =>
  sealBox(key, random, Uint8Array.of(VERSION), plaintext, encodeUtf8(name))

export async function openState(
  key: CryptoKey,
  name: string,
  sealed: Bytes,
): Promise<Result<Bytes, 'unknown-version' | 'damaged'>> {
  if (sealed[0] !== VERSION) return failure('unknown-version')
  const plaintext = await openBox(key, sealed, 1, encodeUtf8(name))
  return plaintext === undefined ? failure('damaged') : ok(plaintext)
}
