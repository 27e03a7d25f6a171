import { failure, ok, type Result } from '@chat-room/protocol'
import { type Bytes, concat, encodeU32, encodeU64, readU32, readU64 } from '../bytes.ts'
import { HASH_BYTES } from './chain.ts'
import { LAST_COUNTER } from './counter-cipher.ts'
import { SIGNATURE_BYTES } from './ed25519.ts'
import type { OpenedMessage } from './group-message.ts'
import { sha256 } from './hash.ts'
import type { Identity, PublicIdentity } from './identity.ts'
import { label } from './labels.ts'
import { isPaddedLength, unpad } from './padding.ts'
import { ID_BYTES } from './room-keys.ts'
import { createSealingChain, type SealingChain } from './sealing-chain.ts'
import { HPKE_OVERHEAD, hpkeOpen, hpkeSeal } from './x-wing.ts'

/*
 * message = header ‖ HPKE seal to the recipient's key, info = "chat/v1/dm|roomId|" ‖ recipient, additional data = header
 * header  = 01 ‖ epoch 4
 * content = sessionId 16 ‖ counter 8 ‖ prevHash 32 ‖ signature 64 ‖ padded body
 * The signature covers room ‖ epoch ‖ sender ‖ recipient ‖ recipient's key ‖ sessionId ‖ counter ‖ prevHash ‖ body.
 */
const VERSION = 1
const HEADER_BYTES = 5
const COUNTER_END = ID_BYTES + 8
const LINK_END = COUNTER_END + HASH_BYTES
const SIGNATURE_END = LINK_END + SIGNATURE_BYTES
const OVERHEAD = HEADER_BYTES + HPKE_OVERHEAD + SIGNATURE_END

type DirectFailure =
  /** Not a message of this version. */
  | 'malformed'
  /** Sealed in another epoch. */
  | 'wrong-epoch'
  /** Not for this recipient in this room, or changed. */
  | 'damaged'
  /** Not signed by this sender for this recipient. */
  | 'bad-signature'

const headerOf = (epoch: number): Bytes => concat(Uint8Array.of(VERSION), encodeU32(epoch))

const infoOf = (roomId: string, recipient: PublicIdentity): Bytes =>
  concat(label('dm', roomId), recipient.memberId)

/** The recipient's key is signed too: a recipient who passes a message on cannot claim that it was meant for another. */
const signedContext = (
  roomId: string,
  epoch: number,
  sender: PublicIdentity,
  recipient: PublicIdentity,
): Bytes =>
  concat(
    label('sign-dm', roomId),
    encodeU32(epoch),
    sender.memberId,
    recipient.memberId,
    recipient.sealingKey,
  )

/**
 * The one sealer of a session's messages to one member. The member and its key are fixed here: somebody who comes back
 * with other keys is another recipient.
 */
export async function createDirectSealer(
  { roomId, epoch }: { readonly roomId: string; readonly epoch: number },
  identity: Identity,
  sessionId: Bytes,
  recipient: PublicIdentity,
): Promise<Result<SealingChain, 'unusable-key'>> {
  const key = await recipient.importSealingKey()
  if (key === undefined) return failure('unusable-key')
  const header = headerOf(epoch)
  const info = infoOf(roomId, recipient)
  const context = signedContext(roomId, epoch, identity.public, recipient)

  return ok(
    createSealingChain(async (counter, prevHash, padded) => {
      const place = concat(sessionId, encodeU64(counter), prevHash)
      const signature = await identity.sign(concat(context, place, padded))
      return concat(header, await hpkeSeal(key, concat(place, signature, padded), info, header))
    }),
  )
}

/** Decrypts and verifies one message by itself; `chain.ts` judges its place among the others. */
export async function openDirectMessage(
  { roomId, epoch }: { readonly roomId: string; readonly epoch: number },
  recipient: Identity,
  sender: PublicIdentity,
  sealed: Bytes,
): Promise<Result<OpenedMessage, DirectFailure>> {
  if (sealed[0] !== VERSION || !isPaddedLength(sealed.length - OVERHEAD)) return failure('malformed')
  if (readU32(sealed, 1) !== epoch) return failure('wrong-epoch')
  const header = sealed.subarray(0, HEADER_BYTES)
  const info = infoOf(roomId, recipient.public)
  const [hash, content] = await Promise.all([
    sha256(sealed),
    hpkeOpen(recipient.sealingPair, sealed.subarray(HEADER_BYTES), info, header),
  ])
  if (content === undefined) return failure('damaged')

  const place = content.subarray(0, LINK_END)
  const signature = content.subarray(LINK_END, SIGNATURE_END)
  const padded = content.subarray(SIGNATURE_END)
  const context = signedContext(roomId, epoch, sender, recipient.public)
  if (!(await sender.verify(signature, concat(context, place, padded)))) return failure('bad-signature')

  const counter = readU64(place, ID_BYTES)
  const body = unpad(padded)
  if (counter === undefined || counter === 0 || counter > LAST_COUNTER || body === undefined) {
    return failure('malformed')
  }
  return ok({ sessionId: place.slice(0, ID_BYTES), counter, prevHash: place.slice(COUNTER_END), hash, body })
}
