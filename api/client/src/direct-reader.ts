import { type Body, type DirectEntry, parseBody, type ServerMessageOf } from '@chat-room/protocol'
import { decodeBase64Url, decodeUtf8, encodeBase64Url } from './bytes.ts'
import { judge } from './chains.ts'
import { openDirectMessage } from './crypto/direct-message.ts'
import type { Identity } from './crypto/identity.ts'
import type { RoomKeys } from './crypto/room-keys.ts'
import type { LogRequests } from './log-reader.ts'
import { introduce, type KnownMember, type Roster } from './roster.ts'
import { SequenceFollower } from './sequence-follower.ts'
import type { Trouble } from './trouble.ts'

export type DirectListener = {
  direct(entry: DirectEntry, member: KnownMember, body: Body, history: boolean): void
  trouble(trouble: Trouble): void
  missed(count: number): void
  failed(error: unknown): void
}

export type DirectRequests = Pick<LogRequests, 'fetchHellos'> & {
  fetchMailbox(after: number): Promise<ServerMessageOf<'mailbox-page'>>
}

/** Reads the own mailbox: each DM once, verified, in the order of its numbers. */
export class DirectReader {
  readonly #keys: RoomKeys
  readonly #identity: Identity
  readonly #roster: Roster
  readonly #requests: DirectRequests
  readonly #listener: DirectListener
  readonly #follower: SequenceFollower<DirectEntry>
  #turn: Promise<void> = Promise.resolve()
  /** Entries before the first page are not missed: they were confirmed by an earlier process. */
  #begun = false

  constructor(
    keys: RoomKeys,
    identity: Identity,
    roster: Roster,
    requests: DirectRequests,
    listener: DirectListener,
  ) {
    this.#keys = keys
    this.#identity = identity
    this.#roster = roster
    this.#requests = requests
    this.#listener = listener
    this.#follower = new SequenceFollower<DirectEntry>({
      numberOf: entry => entry.mailbox,
      fetchAfter: after => requests.fetchMailbox(after),
      deliver: (entries, history) => {
        this.#begun = true
        for (const entry of entries) {
          this.#turn = this.#turn.then(() => this.#read(entry, history)).catch(listener.failed)
        }
      },
      missed: count => {
        if (this.#begun) listener.missed(count)
      },
      failed: listener.failed,
    })
  }

  get position(): number {
    return this.#follower.position
  }

  take(entry: DirectEntry): void {
    this.#follower.take(entry)
  }

  /** Pull everything up to this number. */
  async reach(mailbox: number): Promise<void> {
    await this.#follower.reach(mailbox)
    this.#begun = true
    await this.#turn
  }

  interrupt(): void {
    this.#follower.interrupt()
  }

  async #read(entry: DirectEntry, history: boolean): Promise<void> {
    await introduce(this.#roster, this.#requests, [entry])
    const sealed = decodeBase64Url(entry.sealed)
    const session = this.#roster.session(entry.session)
    if (sealed === undefined || session === undefined || session === 'hidden') return
    const { member } = session
    if (member.id !== entry.member) return
    const trouble = (code: Trouble['code']) => this.#listener.trouble({ code, alias: member.alias })
    const opened = await openDirectMessage(this.#keys, this.#identity, member.identity, sealed)
    // The session that the server names must be the one that is sealed inside.
    if (!opened.ok || encodeBase64Url(opened.value.sessionId) !== entry.session) return trouble('unreadable')
    const verdict = judge(session, 'direct', opened.value)
    if (verdict === 'refused') return trouble('replayed')
    if (verdict === 'gap') trouble('broken-chain')
    const body = parseBody(decodeUtf8(opened.value.body) ?? '')
    if (!body.ok) return trouble(body.error === 'unknown-kind' ? 'newer-version' : 'unreadable')
    this.#listener.direct(entry, member, body.value, history)
  }
}
