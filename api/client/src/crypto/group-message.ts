import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, concat, encodeU32, encodeU64, equalBytes, readU32, readU64 } from '../bytes.ts'
import { decrypt, TAG_BYTES } from './aes-gcm.ts'
import { HASH_BYTES, type Link } from './chain.ts'
import { counterNonce, createCounterCipher, LAST_COUNTER } from './counter-cipher.ts'
import { SIGNATURE_BYTES } from './ed25519.ts'
import { sha256 } from './hash.ts'
import type { Identity, PublicIdentity } from './identity.ts'
import { label } from './labels.ts'
import { isPaddedLength, unpad } from './padding.ts'
import { ID_BYTES, type RoomKeys } from './room-keys.ts'
import { createSealingChain, type SealingChain } from './sealing-chain.ts'

/*
 * message = header ‖ AES-256-GCM under the session's key, nonce = counter, additional data = header
 * header  = 01 ‖ epoch 4 ‖ sessionId 16 ‖ counter 8
 * content = signature 64 ‖ prevHash 32 ‖ padded body; the signature covers room ‖ "all" ‖ sender ‖ header ‖ prevHash ‖ body
 */
const VERSION = 1
const SESSION_END = 5 + ID_BYTES
const HEADER_BYTES = SESSION_END + 8
const HASH_END = SIGNATURE_BYTES + HASH_BYTES
const OVERHEAD = HEADER_BYTES + HASH_END + TAG_BYTES

type GroupHeader = { readonly epoch: number; readonly sessionId: Bytes; readonly counter: number }

export type OpenedMessage = Link & { readonly sessionId: Bytes; readonly body: Bytes }

type OpenFailure =
  /** Not a message of this version. */
  | 'malformed'
  /** Of another epoch than these keys. */
  | 'wrong-epoch'
  /** Of another session than the opener's. */
  | 'wrong-session'
  /** Not made with this key, or changed. */
  | 'damaged'
  /** Signed by nobody, or by somebody else. */
  | 'bad-signature'

/** Room, audience and sender: with the header they are what a signature binds a body to. */
const signedContext = (roomId: string, memberId: Bytes): Bytes =>
  concat(label('sign-group', roomId, 'all'), memberId)

/** Tells whose message this is, before any key is at hand. `undefined` if it is none of this version. */
export function readGroupHeader(sealed: Bytes): GroupHeader | undefined {
  if (sealed[0] !== VERSION || !isPaddedLength(sealed.length - OVERHEAD)) return undefined
  const counter = readU64(sealed, SESSION_END)
  if (counter === undefined || counter === 0 || counter > LAST_COUNTER) return undefined
  return { epoch: readU32(sealed, 1), sessionId: sealed.subarray(5, SESSION_END), counter }
}

/** The one sealer of a session in an epoch; a second one throws `SessionClaimedError`. */
export async function createGroupSealer(
  keys: RoomKeys,
  identity: Identity,
  sessionId: Bytes,
): Promise<SealingChain> {
  const { memberId } = identity.public
  const cipher = createCounterCipher(await keys.claimSealingKey(memberId, sessionId))
  const context = signedContext(keys.roomId, memberId)
  const start = concat(Uint8Array.of(VERSION), encodeU32(keys.epoch), sessionId)

  return createSealingChain(async (counter, prevHash, padded) => {
    const header = concat(start, encodeU64(counter))
    const signature = await identity.sign(concat(context, header, prevHash, padded))
    return concat(header, await cipher.seal(counter, concat(signature, prevHash, padded), header))
  })
}

export type GroupOpener = {
  /** Decrypts and verifies one message by itself; `chain.ts` judges its place among the others. */
  open(sealed: Bytes): Promise<Result<OpenedMessage, OpenFailure>>
}

/** Reads the messages of one session that a verified hello announced. */
export async function createGroupOpener(
  keys: RoomKeys,
  sender: PublicIdentity,
  sessionId: Bytes,
): Promise<GroupOpener> {
  const key = await keys.openingKey(sender.memberId, sessionId)
  const context = signedContext(keys.roomId, sender.memberId)

  return {
    async open(sealed) {
      const read = readGroupHeader(sealed)
      if (read === undefined) return failure('malformed')
      if (read.epoch !== keys.epoch) return failure('wrong-epoch')
      if (!equalBytes(read.sessionId, sessionId)) return failure('wrong-session')
      const header = sealed.subarray(0, HEADER_BYTES)
      const [hash, content] = await Promise.all([
        sha256(sealed),
        decrypt(key, counterNonce(read.counter), sealed.subarray(HEADER_BYTES), header),
      ])
      if (content === undefined) return failure('damaged')
      const signed = concat(context, header, content.subarray(SIGNATURE_BYTES))
      if (!(await sender.verify(content.subarray(0, SIGNATURE_BYTES), signed)))
        return failure('bad-signature')
      const body = unpad(content.subarray(HASH_END))
      if (body === undefined) return failure('malformed')
      const prevHash = content.slice(SIGNATURE_BYTES, HASH_END)
      return ok({ sessionId, counter: read.counter, prevHash, hash, body })
    },
  }
}
