import type { Body, DirectEntry, ServerMessageOf } from '@chat-room/protocol'
import { decodeBase64Url, encodeBase64Url } from './bytes.ts'
import { openDirectMessage } from './crypto/direct-message.ts'
import type { Identity } from './crypto/identity.ts'
import type { RoomKeys } from './crypto/room-keys.ts'
import { type HelloRequests, introduce } from './introductions.ts'
import { keptIds, type OpenedBody, openBody } from './opened-entry.ts'
import { ReadingQueue } from './reading-queue.ts'
import type { KnownMember, KnownSession, Roster } from './roster.ts'
import { SequenceFollower } from './sequence-follower.ts'
import type { AuthorTrouble, Trouble } from './trouble.ts'

export type DirectListener = {
  direct(entry: DirectEntry, member: KnownMember, body: Body, history: boolean): void
  trouble(trouble: Trouble): void
  missed(count: number): void
  failed(error: unknown): void
}

export type DirectRequests = HelloRequests & {
  fetchMailbox(after: number): Promise<ServerMessageOf<'mailbox-page'>>
  /** Afterwards it is known which of these this device kept. */
  look(ids: readonly string[]): Promise<void>
}

type Opened =
  | { readonly kind: 'hidden' }
  | { readonly kind: 'unreadable'; readonly session: KnownSession }
  | ({ readonly kind: 'message'; readonly session: KnownSession } & OpenedBody)

/** Reads the own mailbox: each DM once, verified, in the order of its numbers. */
export class DirectReader {
  readonly #keys: RoomKeys
  readonly #identity: Identity
  readonly #roster: Roster
  readonly #requests: DirectRequests
  readonly #listener: DirectListener
  readonly #follower: SequenceFollower<DirectEntry>
  readonly #queue: ReadingQueue<DirectEntry, Opened>
  /** Entries before the first page are not missed: they were confirmed by an earlier process. */
  #begun = false
  /** What is read as history may have been told under other numbers. */
  #isAgain = false

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
    this.#queue = new ReadingQueue<DirectEntry, Opened>({
      open: (entries, history) => this.#openAll(entries, history),
      tell: (entry, opened, history) => this.#tell(entry, opened, history),
      failed: listener.failed,
    })
    this.#follower = new SequenceFollower<DirectEntry>({
      numberOf: entry => entry.mailbox,
      fetchAfter: after => requests.fetchMailbox(after),
      deliver: (entry, history) => {
        this.#begun = true
        this.#queue.push(entry, history)
      },
      missed: count => {
        if (this.#begun) this.#queue.pushStep(() => listener.missed(count))
      },
      step: step => this.#queue.pushStep(step),
      failed: listener.failed,
    })
  }

  get position(): number {
    return this.#follower.position
  }

  /** As an earlier process left it. */
  recall(mailbox: number): void {
    this.#begun = true
    this.place(mailbox)
  }

  /** Behind this number: what waits no more went back to its authors meanwhile, and is not missed. */
  place(mailbox: number): void {
    this.#follower.place(mailbox)
  }

  /** Numbers begin again, with the log or behind its back: within one incarnation they never go back. */
  replace(mailbox: number, isAgain: boolean): void {
    if (!isAgain && mailbox >= this.#follower.position) return
    this.#isAgain = true
    this.#begun = false
    this.#follower.place(0)
  }

  take(entry: DirectEntry): void {
    this.#follower.take(entry)
  }

  /** The last number told: the server need not keep it any more. */
  get told(): number {
    const { next } = this.#queue
    return next === undefined ? this.#follower.position : next.mailbox - 1
  }

  /** Pull everything up to this number, after `first`. */
  async reach(mailbox: number, first?: () => Promise<void>): Promise<void> {
    this.#queue.work()
    await this.#follower.reach(mailbox, first)
    this.#begun = true
    await this.#queue.quiet()
  }

  interrupt(): void {
    this.#follower.interrupt()
  }

  async #openAll(entries: readonly DirectEntry[], history: boolean): Promise<readonly Opened[]> {
    await introduce(this.#roster, this.#requests, entries)
    const opened = await Promise.all(entries.map(entry => this.#open(entry)))
    if (history) await this.#requests.look(keptIds(entries, opened))
    return opened
  }

  async #open(entry: DirectEntry): Promise<Opened> {
    const sealed = decodeBase64Url(entry.sealed)
    const session = this.#roster.session(entry)
    if (sealed === undefined || session === undefined || session === 'hidden') return { kind: 'hidden' }
    const opened = await openDirectMessage(this.#keys, this.#identity, session.member.identity, sealed)
    // The session that the server names must be the one that is sealed inside.
    return opened.ok && encodeBase64Url(opened.value.sessionId) === entry.session
      ? { kind: 'message', session, ...openBody(opened.value) }
      : { kind: 'unreadable', session }
  }

  #tell(entry: DirectEntry, opened: Opened, history: boolean): void {
    if (opened.kind === 'hidden') return this.#listener.trouble({ code: 'hidden' })
    const { session } = opened
    const trouble = (code: AuthorTrouble['code']) =>
      this.#listener.trouble({ code, alias: session.member.alias })
    if (opened.kind === 'unreadable') return trouble('unreadable')
    const { link, body } = opened
    const verdict = this.#roster.hear(session, 'direct', link)
    if (verdict === 'refused') return history && this.#isAgain ? undefined : trouble('replayed')
    if (verdict === 'gap') trouble('broken-chain')
    if (!body.ok) return trouble(body.error === 'unknown-kind' ? 'newer-version' : 'unreadable')
    this.#listener.direct(entry, session.member, body.value, history)
  }
}
