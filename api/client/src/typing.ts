import { encodeEphemeralBody, parseEphemeralBody, type ServerMessageOf } from '@chat-room/protocol'
import { decodeBase64Url, decodeUtf8, encodeBase64Url, encodeUtf8 } from './bytes.ts'
import type { Target } from './client.ts'
import type { Connection } from './connection.ts'
import { openEphemeral, sealEphemeral } from './crypto/ephemeral.ts'
import type { Identity } from './crypto/identity.ts'
import type { RoomKeys } from './crypto/room-keys.ts'
import type { ClientEvent } from './events.ts'
import type { ClientPorts } from './ports.ts'
import type { Roster } from './roster.ts'

/** "Is typing" is said again this often at most, in milliseconds. */
const AGAIN_AFTER = 3_000

export type TypingDeps = {
  readonly connection: Connection
  readonly keys: RoomKeys
  readonly identity: Identity
  readonly roster: Roster
  readonly ports: Pick<ClientPorts, 'clock' | 'random'>
  emit(event: ClientEvent): void
}

/** Says and hears who is typing: sealed, passed on to whoever is here, kept nowhere. */
export class Typing {
  readonly #deps: TypingDeps
  /** What was said last, and to whom. */
  #said: { readonly at: number; readonly to: string } | undefined

  constructor(deps: TypingDeps) {
    this.#deps = deps
  }

  async say(target: Target, typing: boolean): Promise<void> {
    const { keys, identity, ports, connection } = this.#deps
    const now = ports.clock.now()
    const to = target.to === 'all' ? 'all' : target.member
    if (typing && this.#said?.to === to && now - this.#said.at < AGAIN_AFTER) return
    this.#said = typing ? { at: now, to } : undefined
    const body = encodeUtf8(encodeEphemeralBody({ kind: 'typing', typing }))
    const sealed = await sealEphemeral(keys, identity.public.memberId, body, ports.random)
    connection.send({ type: 'ephemeral', to, sealed: encodeBase64Url(sealed) })
  }

  async hear({ member: id, to, sealed }: ServerMessageOf<'ephemeral'>): Promise<void> {
    const member = this.#deps.roster.member(id)
    const bytes = decodeBase64Url(sealed)
    if (member === undefined || bytes === undefined) return
    const opened = await openEphemeral(this.#deps.keys, member.identity.memberId, bytes)
    const body = opened.ok ? parseEphemeralBody(decodeUtf8(opened.value) ?? '') : undefined
    if (body !== undefined) {
      this.#deps.emit({ type: 'typing', alias: member.alias, to, typing: body.typing })
    }
  }
}
