import { failure, LIMITS, ok, type Result } from '@chat-room/protocol'
import {
  type Bytes,
  concat,
  decodeUtf8,
  encodeU32,
  encodeUtf8,
  equalBytes,
  type Random,
  readU32,
} from '../bytes.ts'
import { BOX_OVERHEAD, openBox, sealBox } from './box.ts'
import { SIGNATURE_BYTES, SIGNING_KEY_BYTES } from './ed25519.ts'
import { type Identity, importPublicIdentity, type PublicIdentity } from './identity.ts'
import { label } from './labels.ts'
import { padText, unpadText } from './padding.ts'
import { ID_BYTES, type RoomKeys } from './room-keys.ts'
import { PUBLIC_KEY_BYTES } from './x-wing.ts'

/*
 * hello = 01 ‖ epoch 4 ‖ sessionId 16 ‖ nonce 12 ‖ AES-256-GCM under the epoch's hello key of
 *         signature 64 ‖ Ed25519 key 32 ‖ X-Wing key 1216 ‖ alias (1 + 128, zero-padded)
 * The signature covers room ‖ header ‖ tag ‖ everything behind it. The member id follows from the two keys.
 */
const VERSION = 1
const HEADER_BYTES = 1 + 4 + ID_BYTES
const ALIAS_FIELD = 1 + LIMITS.aliasBytes
const SIGNING_END = SIGNATURE_BYTES + SIGNING_KEY_BYTES
const SEALING_END = SIGNING_END + PUBLIC_KEY_BYTES
const HELLO_BYTES = HEADER_BYTES + BOX_OVERHEAD + SEALING_END + ALIAS_FIELD

/** An alias as look-alikes share it, or `undefined` if it may not be held (M5). */
type Skeleton = (alias: string) => string | undefined

type SealedHello = { readonly sealed: Bytes; readonly tag: Bytes }

export type Hello = {
  readonly epoch: number
  readonly sessionId: Bytes
  readonly alias: string
  readonly member: PublicIdentity
}

type HelloFailure =
  /** Not a hello of this version. */
  | 'malformed'
  /** Of another epoch than these keys. */
  | 'wrong-epoch'
  /** Not made with this epoch's key, or changed. */
  | 'damaged'
  /** A key that is none, or a signature that is not its holder's. */
  | 'bad-signature'
  /** Not the keys of the member under whose id the server shows it. */
  | 'wrong-member'
  /** An alias that nobody may hold. */
  | 'bad-alias'
  /** The tag that the server guards belongs to another alias. */
  | 'wrong-tag'

const headerOf = (epoch: number, sessionId: Bytes): Bytes =>
  concat(Uint8Array.of(VERSION), encodeU32(epoch), sessionId)

const signedText = (roomId: string, header: Bytes, tag: Bytes, content: Bytes): Bytes =>
  concat(label('sign-hello', roomId), header, tag, content)

/** Announces a session of a member. Its size tells nothing of the alias. */
export async function sealHello(
  keys: RoomKeys,
  identity: Identity,
  session: { readonly sessionId: Bytes; readonly alias: string; readonly skeleton: string },
  random: Random,
): Promise<SealedHello> {
  const { signingKey, sealingKey } = identity.public
  const tag = await keys.aliasTag(session.skeleton)
  const header = headerOf(keys.epoch, session.sessionId)
  const content = concat(signingKey, sealingKey, padText(encodeUtf8(session.alias), ALIAS_FIELD))
  const signature = await identity.sign(signedText(keys.roomId, header, tag, content))
  const context = label('hello', keys.roomId)
  return { sealed: await sealBox(keys.hello, random, header, concat(signature, content), context), tag }
}

/**
 * Checks everything that a hello claims. `memberId` and `tag` are what the server shows with it. That no two members
 * hold one tag is for the caller to see, who knows the others.
 */
export async function openHello(
  keys: RoomKeys,
  { sealed, tag, memberId }: SealedHello & { readonly memberId: Bytes },
  skeleton: Skeleton,
): Promise<Result<Hello, HelloFailure>> {
  if (sealed.length !== HELLO_BYTES || sealed[0] !== VERSION) return failure('malformed')
  if (readU32(sealed, 1) !== keys.epoch) return failure('wrong-epoch')
  const header = sealed.subarray(0, HEADER_BYTES)
  const plaintext = await openBox(keys.hello, sealed, HEADER_BYTES, label('hello', keys.roomId))
  if (plaintext === undefined) return failure('damaged')

  const member = await importPublicIdentity(
    plaintext.slice(SIGNATURE_BYTES, SIGNING_END),
    plaintext.slice(SIGNING_END, SEALING_END),
  )
  if (!member.ok) return failure('bad-signature')
  const text = signedText(keys.roomId, header, tag, plaintext.subarray(SIGNATURE_BYTES))
  if (!(await member.value.verify(plaintext.subarray(0, SIGNATURE_BYTES), text))) {
    return failure('bad-signature')
  }
  if (!equalBytes(memberId, member.value.memberId)) return failure('wrong-member')

  const aliasBytes = unpadText(plaintext.subarray(SEALING_END))
  const alias = aliasBytes && decodeUtf8(aliasBytes)
  const form = alias === undefined ? undefined : skeleton(alias)
  if (alias === undefined || form === undefined) return failure('bad-alias')
  if (!equalBytes(tag, await keys.aliasTag(form))) return failure('wrong-tag')
  return ok({ epoch: keys.epoch, sessionId: header.slice(5), alias, member: member.value })
}
