import { type Bytes, concat, encodeBase64Url, encodeUtf8 } from '../bytes.ts'
import { deriveAesKey, deriveHmacKey, importHkdfKey } from './hkdf.ts'
import { label } from './labels.ts'

export const ROOT_KEY_BYTES = 32
export const ID_BYTES = 16
const ALIAS_TAG_BYTES = 16

/** A session's sealing key was asked for again: two sealers under one key would use its counters twice. */
export class SessionClaimedError extends Error {
  override readonly name = 'SessionClaimedError'
}

/** What one epoch of a room is read and written with. Nothing here can be exported. */
export type RoomKeys = {
  readonly roomId: string
  readonly epoch: number
  readonly hello: CryptoKey
  readonly roomInfo: CryptoKey
  readonly ephemeral: CryptoKey
  /** 16 bytes by which the server guards an alias that it cannot read. */
  aliasTag(skeleton: string): Promise<Bytes>
  /** Reads a session's group messages, and can do nothing else. */
  openingKey(memberId: Bytes, sessionId: Bytes): Promise<CryptoKey>
  /** Writes a session's group messages. Given out once for each session; a second time throws. */
  claimSealingKey(memberId: Bytes, sessionId: Bytes): Promise<CryptoKey>
}

/** Derives an epoch's keys from its root key (32 bytes), **and overwrites those bytes with zeros**. */
export async function importRoomKeys(rootKey: Bytes, roomId: string, epoch: number): Promise<RoomKeys> {
  if (rootKey.length !== ROOT_KEY_BYTES) throw new RangeError('a root key has 32 bytes')
  const base = await importHkdfKey(rootKey)
  rootKey.fill(0)
  const [hello, roomInfo, ephemeral, aliasKey] = await Promise.all([
    deriveAesKey(base, label('hello', roomId)),
    deriveAesKey(base, label('roomInfo', roomId)),
    deriveAesKey(base, label('ephemeral', roomId)),
    deriveHmacKey(base, label('aliasTag', roomId)),
  ])
  const claimed = new Set<string>()
  const senderInfo = (memberId: Bytes, sessionId: Bytes): Bytes => {
    if (memberId.length !== ID_BYTES || sessionId.length !== ID_BYTES) {
      throw new RangeError('member and session ids have 16 bytes')
    }
    return concat(label('sender', roomId), memberId, sessionId)
  }

  return {
    roomId,
    epoch,
    hello,
    roomInfo,
    ephemeral,

    async aliasTag(skeleton) {
      const mac = await crypto.subtle.sign('HMAC', aliasKey, encodeUtf8(skeleton))
      return new Uint8Array(mac).slice(0, ALIAS_TAG_BYTES)
    },

    openingKey: (memberId, sessionId) => deriveAesKey(base, senderInfo(memberId, sessionId), ['decrypt']),

    async claimSealingKey(memberId, sessionId) {
      const info = senderInfo(memberId, sessionId)
      const session = encodeBase64Url(info)
      if (claimed.has(session)) throw new SessionClaimedError('this session has a sealer already')
      claimed.add(session)
      return deriveAesKey(base, info, ['encrypt'])
    },
  }
}
