import { type Body, type LogEntry, type ServerMessageOf, unreachable } from '@chat-room/protocol'
import { type Bytes, decodeBase64Url, encodeBase64Url } from './bytes.ts'
import { sha256 } from './crypto/hash.ts'
import { fetchHellos, type HelloRequests, introduce } from './introductions.ts'
import { type LogPosition, NO_LOG, type Reach } from './log-position.ts'
import { keptIds, type OpenedEntry, openEntry } from './opened-entry.ts'
import { ReadingQueue, type Step } from './reading-queue.ts'
import type { KnownMember, Roster, Speaker } from './roster.ts'
import { SequenceFollower } from './sequence-follower.ts'
import type { AuthorTrouble, Trouble } from './trouble.ts'

/** How many entries a first join reads back, newest first; older ones stay on the server until they are asked for. */
const HISTORY_AT_JOIN = 1_000

/** Hashes of the newest entries, to compare with what others name as theirs. */
const REMEMBERED_HASHES = 1_024

export type LogListener = {
  /** A verified entry, in the log's order. */
  message(entry: LogEntry, member: KnownMember, body: Body, history: boolean): void
  /** Somebody came, now: whether its hello holds what it claims, the roster knows. */
  came(speaker: Speaker): void
  /** An entry of this client's own session: stored, whatever became of its acknowledgement. */
  own(entry: LogEntry): void
  missed(count: number): void
  trouble(trouble: Trouble): void
  /** A bug, or the connection broke: not an event of the room. */
  failed(error: unknown): void
}

export type LogRequests = HelloRequests & {
  fetch(direction: 'after' | 'before', seq: number): Promise<ServerMessageOf<'page'>>
  /** Afterwards it is known which of these this device kept. */
  look(ids: readonly string[]): Promise<void>
}

type Opened = OpenedEntry | { readonly kind: 'own'; readonly hash: Bytes }

/** Reads the room's log: each number once, verified, in its order. */
export class LogReader {
  readonly #roster: Roster
  readonly #requests: LogRequests
  readonly #listener: LogListener
  readonly #own: () => Speaker
  readonly #follower: SequenceFollower<LogEntry>
  readonly #queue: ReadingQueue<LogEntry, Opened>
  #log = NO_LOG
  /** History of before the first join that is still to be read. */
  #unreadBefore: number | undefined
  /** The first number that was read, or that there was. */
  #oldest = 1
  readonly #hashes = new Map<number, string>()
  #newest = 0
  /** What is read as history may have been told under other numbers. */
  #isAgain = false

  constructor(roster: Roster, requests: LogRequests, listener: LogListener, own: () => Speaker) {
    this.#roster = roster
    this.#requests = requests
    this.#listener = listener
    this.#own = own
    this.#queue = new ReadingQueue<LogEntry, Opened>({
      open: (entries, history) => this.#openAll(entries, history),
      tell: (entry, opened, history) => this.#tell(entry, opened, history),
      failed: listener.failed,
    })
    this.#follower = new SequenceFollower<LogEntry>({
      numberOf: entry => entry.seq,
      fetchAfter: seq => requests.fetch('after', seq),
      deliver: (entry, history) => this.#queue.push(entry, history),
      missed: count => this.#missed(count),
      step: step => this.#queue.pushStep(step),
      failed: listener.failed,
    })
  }

  /** The last number taken, and its log: where a resume begins. */
  get position(): LogPosition {
    return { log: this.#log, seq: this.#follower.position }
  }

  /** The last number told, and its log: where whoever continues this reader begins. Undefined: history is unread. */
  get told(): Omit<Reach, 'oldest'> | undefined {
    if (this.#unreadBefore !== undefined || this.#log === NO_LOG) return undefined
    const { next } = this.#queue
    const seq = next === undefined ? this.#follower.position : next.seq - 1
    const hash = this.#hashes.get(seq)
    return { log: this.#log, seq, ...(hash && { hash }) }
  }

  /** What the next message names as its author's newest entry. */
  get head(): { readonly log: string; readonly seq: number; readonly hash: string } | undefined {
    const hash = this.#hashes.get(this.#newest)
    return hash === undefined ? undefined : { log: this.#log, seq: this.#newest, hash }
  }

  /** After a join: behind what an earlier reader of this process told, or from here on and back into history. */
  place({ log, oldest, head }: ServerMessageOf<'joined'>, told: Reach | undefined): void {
    const isAgain = told !== undefined && this.#startsAgain(told, log, head)
    // A join's own hello is the head, and nothing to be read.
    if (told === undefined || isAgain) return this.#placeAnew(log, head, head)
    this.recall(told)
    const missed = oldest - 1 - told.seq
    this.#follower.place(Math.max(told.seq, oldest - 1))
    if (missed > 0) this.#missed(missed)
  }

  /** As an earlier process or reader left it. */
  recall({ log, seq, oldest, hash }: Reach): void {
    this.#log = log
    this.#oldest = oldest
    if (hash !== undefined) this.#rememberHash(seq, hash)
    this.#follower.place(seq)
  }

  /** The first number that was read: what lies before it can be read by `readBack`. */
  get oldest(): number {
    return this.#oldest
  }

  /** A page from before what was read, verified by the reader given; then it was read. */
  async readBack<T>(read: (entries: readonly LogEntry[]) => Promise<T>): Promise<{ read: T; done: boolean }> {
    const { entries, done } = await this.#fetchBefore(this.#oldest)
    const result = await read(entries)
    this.#oldest = entries[0]?.seq ?? 1
    return { read: result, done: done || entries.length === 0 }
  }

  /** After a resume: what was missed is read by `readOn`. Whether numbers begin again (P39). */
  replace({ log, oldest, head, missed }: ServerMessageOf<'resumed'>): boolean {
    if (this.#log === NO_LOG) {
      this.#placeAnew(log, head, head + 1)
      return false
    }
    const isAgain = this.#startsAgain(this.position, log, head)
    if (isAgain) {
      this.#hashes.clear()
      this.#newest = 0
      this.#oldest = oldest
    }
    if (isAgain || missed > 0) this.#follower.place(oldest - 1)
    this.#log = log
    if (missed > 0) this.#missed(missed)
    return isAgain
  }

  #startsAgain(before: LogPosition, log: string, head: number): boolean {
    if (before.log === log && before.seq <= head) return false
    this.#isAgain = true
    // Within one incarnation numbers never go back: this head is a lie, or the one before it was.
    if (before.log === log) this.#listener.trouble({ code: 'fork' })
    return true
  }

  /** Read everything up to `head`: `first` comes before it, then history. Resolves when it has been told. */
  async readOn(head: number, first: () => Promise<void> = async () => undefined): Promise<void> {
    this.#queue.work()
    await this.#follower.reach(head, async () => {
      await first()
      await this.#readHistory()
    })
    await this.quiet()
  }

  /** A live entry. */
  take(entry: LogEntry): void {
    const isPutOff = this.#follower.take(entry)
    if (!isPutOff || entry.kind !== 'hello') return
    // Whoever came is here, even if the entry that says so expires before it is read. The entry itself is not kept.
    const { member, session } = entry
    this.inOrder(() => this.#meet({ member, session }))
  }

  async #meet(speaker: Speaker): Promise<void> {
    await fetchHellos(this.#roster, this.#requests, [speaker])
    this.#listener.came(speaker)
  }

  /** An own message got this number: it stands in the log without being read back. */
  takeOwn(seq: number, hash: Bytes): void {
    if (this.#follower.pass(seq)) this.#rememberHash(seq, encodeBase64Url(hash))
  }

  /** Between what was said before and what is said later. */
  inOrder(step: Step): void {
    this.#follower.inOrder(step)
  }

  interrupt(): void {
    this.#follower.interrupt()
  }

  /** Resolves when everything taken so far has been told. */
  quiet(): Promise<void> {
    return this.#queue.quiet()
  }

  /** Newest first, so that a long log costs no more than a short one; told in the order it was said. */
  async #readHistory(): Promise<void> {
    if (this.#unreadBefore === undefined) return
    const pages: (readonly LogEntry[])[] = []
    let before = this.#unreadBefore
    for (let count = 0; count < HISTORY_AT_JOIN && before > 1; ) {
      const page = await this.#fetchBefore(before)
      pages.unshift(page.entries)
      count += page.entries.length
      before = page.entries[0]?.seq ?? 0
      if (page.done) break
    }
    this.#unreadBefore = undefined
    this.#oldest = before
    for (const entry of pages.flat()) this.#queue.push(entry, true)
  }

  /** A page that does not go back is none, and the last one. */
  async #fetchBefore(seq: number): Promise<Pick<ServerMessageOf<'page'>, 'entries' | 'done'>> {
    const { entries, done } = await this.#requests.fetch('before', seq)
    if (entries.every((entry, at) => entry.seq < (entries[at + 1]?.seq ?? seq))) return { entries, done }
    this.#listener.trouble({ code: 'replayed' })
    return { entries: [], done: true }
  }

  #placeAnew(log: string, head: number, unreadBefore: number): void {
    this.#log = log
    this.#unreadBefore = unreadBefore
    this.#follower.place(head)
  }

  #missed(count: number): void {
    this.#queue.pushStep(() => {
      // What expired is said once, as a number; it is not said again as a hole in each author's chain.
      this.#roster.hasMissed()
      this.#listener.missed(count)
    })
  }

  async #openAll(entries: readonly LogEntry[], history: boolean): Promise<readonly Opened[]> {
    await introduce(this.#roster, this.#requests, entries)
    const opened = await Promise.all(entries.map(entry => this.#open(entry)))
    if (history) await this.#requests.look(keptIds(entries, opened))
    return opened
  }

  async #open(entry: LogEntry): Promise<Opened> {
    const own = this.#own()
    if (entry.session !== own.session || entry.member !== own.member) return openEntry(this.#roster, entry)
    return { kind: 'own', hash: await sha256(decodeBase64Url(entry.sealed) ?? new Uint8Array()) }
  }

  #tell(entry: LogEntry, opened: Opened, history: boolean): void {
    this.#rememberHash(entry.seq, encodeBase64Url(opened.hash))
    switch (opened.kind) {
      case 'hidden':
        return this.#tellHidden(entry, history)
      case 'own':
        return this.#listener.own(entry)
      case 'hello':
        return history ? undefined : this.#listener.came(entry)
      case 'unreadable':
        return this.#listener.trouble({ code: 'unreadable', alias: opened.session.member.alias })
      case 'message':
        return this.#tellMessage(entry, opened, history)
      default:
        return unreachable(opened)
    }
  }

  #tellHidden(entry: LogEntry, history: boolean): void {
    const { kind } = entry
    if (kind === 'message' || kind === 'bye') this.#listener.trouble({ code: 'hidden' })
    // Who is here from before is told by the roster.
    else if (kind === 'hello' && !history) this.#listener.came(entry)
  }

  #tellMessage(
    entry: LogEntry,
    { session, link, body }: Extract<Opened, { readonly kind: 'message' }>,
    history: boolean,
  ): void {
    const { member } = session
    const trouble = (code: AuthorTrouble['code']) => this.#listener.trouble({ code, alias: member.alias })
    if (!history && this.#roster.isImpostor(member)) return this.#listener.trouble({ code: 'hidden' })
    const verdict = this.#roster.hear(session, 'group', link)
    if (verdict === 'refused') return history && this.#isAgain ? undefined : trouble('replayed')
    if (verdict === 'gap') trouble('broken-chain')
    if (!body.ok) return trouble(body.error === 'unknown-kind' ? 'newer-version' : 'unreadable')
    if (this.#isFork(body.value)) trouble('fork')
    this.#listener.message(entry, member, body.value, history)
  }

  /** Two members name different entries for one number: the server shows them different histories. */
  #isFork({ head }: Body): boolean {
    if (head === undefined || head.log !== this.#log) return false
    const mine = this.#hashes.get(head.seq)
    return mine !== undefined && mine !== head.hash
  }

  #rememberHash(seq: number, hash: string): void {
    this.#hashes.set(seq, hash)
    this.#newest = Math.max(this.#newest, seq)
    const [oldest] = this.#hashes.keys()
    if (this.#hashes.size > REMEMBERED_HASHES && oldest !== undefined) this.#hashes.delete(oldest)
  }
}
