import { type Body, encodeBody, failure, type Result } from '@chat-room/protocol'
import { type Bytes, encodeBase64Url, encodeUtf8 } from './bytes.ts'
import type { Target } from './client.ts'
import { createDirectSealer } from './crypto/direct-message.ts'
import { createGroupSealer } from './crypto/group-message.ts'
import { sealHello } from './crypto/hello.ts'
import type { Identity, PublicIdentity } from './crypto/identity.ts'
import { ID_BYTES, type RoomKeys } from './crypto/room-keys.ts'
import type { SealedMessage, SealFailure, SealingChain } from './crypto/sealing-chain.ts'

export type Announcement = {
  readonly member: string
  readonly session: string
  readonly tag: string
  readonly sealed: string
}

/**
 * What this client seals with: one session of counters that no other process or connection ever had, and in it a chain for
 * everyone and one for each recipient of DMs.
 */
export class OwnSession {
  readonly #keys: RoomKeys
  readonly #identity: Identity
  #id: Bytes = new Uint8Array(ID_BYTES)
  #group: SealingChain | undefined
  readonly #direct = new Map<string, SealingChain>()

  constructor(keys: RoomKeys, identity: Identity) {
    this.#keys = keys
    this.#identity = identity
  }

  get id(): string {
    return encodeBase64Url(this.#id)
  }

  /** Begins anew, with a hello to announce it by. */
  async open(alias: string, skeleton: string, random: (length: number) => Bytes): Promise<Announcement> {
    this.#id = random(ID_BYTES)
    this.#group = await createGroupSealer(this.#keys, this.#identity, this.#id)
    this.#direct.clear()
    const hello = await sealHello(
      this.#keys,
      this.#identity,
      { sessionId: this.#id, alias, skeleton },
      random,
    )
    return {
      member: encodeBase64Url(this.#identity.public.memberId),
      session: this.id,
      tag: encodeBase64Url(hello.tag),
      sealed: encodeBase64Url(hello.sealed),
    }
  }

  /** `recipient` is the one whom a DM is for: its key is part of what is sealed. */
  async seal(
    target: Target,
    recipient: PublicIdentity | undefined,
    body: Body,
  ): Promise<Result<SealedMessage, SealFailure | 'no-recipient'>> {
    const chain = target.to === 'all' ? this.#group : await this.#directChain(target.member, recipient)
    return chain === undefined ? failure('no-recipient') : chain.seal(encodeUtf8(encodeBody(body)))
  }

  async #directChain(
    member: string,
    recipient: PublicIdentity | undefined,
  ): Promise<SealingChain | undefined> {
    const known = this.#direct.get(member)
    if (known !== undefined || recipient === undefined) return known
    const sealer = await createDirectSealer(this.#keys, this.#identity, this.#id, recipient)
    if (!sealer.ok) return undefined
    this.#direct.set(member, sealer.value)
    return sealer.value
  }
}
