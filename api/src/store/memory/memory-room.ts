import type { DirectEntry, Hello, LogEntry } from '@chat-room/protocol'
import type {
  Claim,
  Id,
  Joined,
  JoinRefusal,
  LogBounds,
  MailboxBounds,
  NewMember,
  NewMessage,
  Retention,
  Stored,
  StoredMember,
  StoredRoom,
  Undelivered,
} from '../../room/ports.ts'
import { PageBudget } from '../page-budget.ts'
import { go, type Member, setPresence, toStoredMember } from './memory-member.ts'

type KeptHello = Hello & { readonly seq: number; ended: number | undefined }

export type KnownId = { readonly seq: number; readonly at: number; readonly direct: boolean }

/** The message ids that a room has stored. */
export interface IdMemory {
  get(id: Id): KnownId | undefined
  set(id: Id, known: KnownId): void
}

const sealedBytes = (entry: { readonly sealed: string }) => Math.floor((entry.sealed.length * 3) / 4)

/** One room as plain objects, by the same rules as the durable one and without a line in common. */
export class MemoryRoom {
  readonly #claim: Claim
  readonly #log: Id
  readonly #ids: IdMemory
  readonly #members = new Map<Id, Member>()
  #entries: LogEntry[] = []
  #hellos: KeptHello[] = []
  #head = 0
  #latest = 0

  constructor(claim: Claim, log: Id, ids: IdMemory) {
    this.#claim = claim
    this.#log = log
    this.#ids = ids
  }

  read(): StoredRoom {
    const members = this.#present().map(toStoredMember)
    return { claim: this.#claim, log: this.#log, latest: this.#latest, members, ...this.#bounds() }
  }

  join(newcomer: NewMember, limit: number, notBefore: number): Joined | JoinRefusal {
    const { member, session, tag, at, hello, supersedes, secretHash } = newcomer
    const proven = supersedes === undefined ? undefined : this.#bySecret(supersedes, notBefore)
    const known = this.#members.get(member)
    if (known && known !== proven) return 'member-taken'
    const isTaken = [...this.#members.values()].some(
      other => other.secret === secretHash && other !== known && other !== proven,
    )
    if (isTaken) return 'member-taken'
    const refusal = this.#admit(tag, proven, limit)
    if (refusal) return refusal
    const undelivered = proven && proven !== known ? this.#leave(proven, at) : []
    if (known) this.#endSession(known)
    this.#members.set(member, {
      member,
      tag,
      session,
      presence: 'here',
      since: known?.presence === 'here' ? known.since : at,
      mailbox: known?.mailbox ?? 0,
      mail: known?.mail ?? [],
      confirmed: known?.confirmed ?? 0,
      secret: secretHash,
      seen: at,
    })
    this.#announce({ member, session, tag, at, sealed: hello })
    const replaced = proven && proven !== known ? proven.member : undefined
    return { ...this.#bounds(), mailbox: known?.mailbox ?? 0, replaced, undelivered }
  }

  resume(
    secretHash: string,
    at: number,
    notBefore: number,
    limit: number,
  ): (StoredMember & LogBounds) | 'unknown-secret' | 'alias-taken' | 'room-full' {
    const member = this.#bySecret(secretHash, notBefore)
    if (!member) return 'unknown-secret'
    const refusal = this.#admit(member.tag, member, limit)
    if (refusal) return refusal
    setPresence(member, 'here', at)
    member.seen = at
    return { ...toStoredMember(member), ...this.#bounds() }
  }

  appendHello(hello: Omit<Hello, 'tag'>): number {
    const member = this.#members.get(hello.member)
    if (!member || member.presence === 'gone') throw new Error('only a present or away member has sessions')
    this.#endSession(member)
    member.session = hello.session
    return this.#announce({ ...hello, tag: member.tag })
  }

  append(kind: 'message' | 'bye', { id, member, session, sealed, at }: NewMessage): Stored {
    const known = this.#ids.get(id)
    if (known) return { fresh: false, seq: known.seq, at: known.at }
    const seq = this.#append({ at, kind, member, session, id, sealed })
    this.#ids.set(id, { seq, at, direct: false })
    return { fresh: true, seq, at }
  }

  deliver(
    to: Id,
    { id, member, session, sealed, at }: NewMessage,
    bounds: MailboxBounds,
  ): Stored | 'unknown-recipient' | 'mailbox-full' {
    const known = this.#ids.get(id)
    if (known) return { fresh: false, seq: known.seq, at: known.at }
    const recipient = this.#members.get(to)
    if (!recipient || recipient.presence === 'gone') return 'unknown-recipient'
    const isFull = (mail: readonly DirectEntry[], shares: number): boolean => {
      const bytes = mail.reduce((sum, entry) => sum + sealedBytes(entry), sealedBytes({ sealed }))
      return mail.length >= Math.floor(bounds.messages / shares) || bytes > Math.floor(bounds.bytes / shares)
    }
    const ofSender = recipient.mail.filter(entry => entry.member === member)
    if (isFull(recipient.mail, 1) || isFull(ofSender, bounds.shares)) return 'mailbox-full'
    recipient.mailbox++
    recipient.mail.push({ mailbox: recipient.mailbox, at, id, member, session, sealed })
    this.#ids.set(id, { seq: recipient.mailbox, at, direct: true })
    return { fresh: true, seq: recipient.mailbox, at }
  }

  setPresence(id: Id, presence: 'here' | 'away', at: number): void {
    const member = this.#members.get(id)
    if (!member || member.presence === 'gone') return
    setPresence(member, presence, at)
    member.seen = at
  }

  leave(bye: NewMessage): { readonly seq: number; readonly undelivered: Undelivered[] } {
    const { seq } = this.append('bye', bye)
    const member = this.#members.get(bye.member)
    return { seq, undelivered: member ? this.#leave(member, bye.at) : [] }
  }

  expire(before: number, at: number): { readonly gone: Id[]; readonly undelivered: Undelivered[] } {
    const expired = this.#present().filter(member => member.presence === 'away' && member.since < before)
    return {
      gone: expired.map(({ member }) => member),
      undelivered: expired.flatMap(member => go(member, at)),
    }
  }

  page(
    direction: 'after' | 'before',
    seq: number,
    bytes: number,
  ): LogBounds & { readonly entries: LogEntry[]; readonly done: boolean } {
    const after = direction === 'after'
    const all = this.#entries.filter(entry => (after ? entry.seq > seq : entry.seq < seq))
    const entries = firstThatFit(after ? all : all.reverse(), bytes)
    const done = entries.length === all.length
    return { entries: after ? entries : entries.reverse(), done, ...this.#bounds() }
  }

  mailboxPage(
    member: Id,
    after: number,
    bytes: number,
  ): { readonly entries: DirectEntry[]; readonly done: boolean } {
    const all = this.#members.get(member)?.mail.filter(entry => entry.mailbox > after) ?? []
    const entries = firstThatFit(all, bytes)
    return { entries, done: entries.length === all.length }
  }

  hellos(
    sessions: readonly Id[],
    bytes: number,
  ): { readonly hellos: readonly Hello[]; readonly missing: readonly Id[] } {
    const found = sessions.map(session => this.#hellosOf(session))
    return {
      hellos: firstThatFit(found.flat(), bytes).map(({ seq: _, ended: __, ...hello }) => hello),
      missing: sessions.filter((_, index) => found[index]?.length === 0),
    }
  }

  confirm(id: Id, seq: number, mailbox: number): void {
    const member = this.#members.get(id)
    if (!member || member.presence === 'gone') return
    member.confirmed = Math.max(member.confirmed, Math.min(seq, this.#head))
    member.mail = member.mail.filter(entry => entry.mailbox > mailbox)
  }

  stored(ids: readonly Id[]): { readonly id: Id; readonly seq?: number; readonly at: number }[] {
    return ids.flatMap(id => {
      const known = this.#ids.get(id)
      return known ? [{ id, at: known.at, ...(!known.direct && { seq: known.seq }) }] : []
    })
  }

  prune(retention: Retention, now: number, notBefore: number): void {
    for (const member of this.#members.values())
      if (member.presence === 'gone' && member.seen < notBefore) {
        this.#endSession(member)
        this.#members.delete(member.member)
      }
    const everybodyHas = Math.min(this.#head, ...this.#present().map(member => member.confirmed))
    const mayGo = (entry: LogEntry): boolean =>
      retention.messages === 0 ? entry.seq <= everybodyHas : this.#entries.length > retention.messages
    let bytes = this.#entries.reduce((sum, entry) => sum + sealedBytes(entry), 0)
    for (let entry = this.#entries[0]; entry; entry = this.#entries[0]) {
      if (!mayGo(entry) && bytes <= retention.bytes && entry.at >= now - retention.age) break
      bytes -= sealedBytes(entry)
      this.#entries.shift()
    }
    const { oldest } = this.#bounds()
    this.#hellos = this.#hellos.filter(({ ended }) => ended === undefined || ended >= oldest)
  }

  #bounds(): LogBounds {
    return { oldest: this.#head - this.#entries.length + 1, head: this.#head }
  }

  #present(): Member[] {
    return [...this.#members.values()].filter(member => member.presence !== 'gone')
  }

  #bySecret(secret: string, notBefore: number): Member | undefined {
    const found = [...this.#members.values()].find(member => member.secret === secret)
    return found && (found.presence === 'here' || found.seen >= notBefore) ? found : undefined
  }

  #admit(
    tag: string,
    predecessor: Member | undefined,
    limit: number,
  ): 'alias-taken' | 'room-full' | undefined {
    const others = this.#present().filter(member => member !== predecessor)
    const isNew = predecessor === undefined || predecessor.presence === 'gone'
    if (isNew && others.length >= limit) return 'room-full'
    return others.some(member => member.tag === tag) ? 'alias-taken' : undefined
  }

  #leave(member: Member, at: number): Undelivered[] {
    this.#endSession(member)
    member.secret = undefined
    member.seen = at
    return go(member, at)
  }

  #append(entry: Omit<LogEntry, 'seq'>): number {
    this.#head++
    this.#latest = entry.at
    this.#entries.push({ seq: this.#head, ...entry })
    return this.#head
  }

  #announce(hello: Hello): number {
    const seq = this.#append({ kind: 'hello', ...hello })
    this.#hellos.push({ ...hello, seq, ended: undefined })
    return seq
  }

  #endSession({ member, session }: Member): void {
    for (const hello of this.#hellos)
      if (hello.member === member && hello.session === session) hello.ended ??= this.#head
  }

  #hellosOf(session: Id): KeptHello[] {
    const ofMember = new Map<Id, KeptHello>()
    for (const hello of this.#hellos) if (hello.session === session) ofMember.set(hello.member, hello)
    return [...ofMember.values()].sort((a, b) => a.seq - b.seq)
  }
}

function firstThatFit<T extends { readonly sealed: string }>(entries: readonly T[], bytes: number): T[] {
  const budget = new PageBudget(bytes)
  const tooMany = entries.findIndex(entry => !budget.take(sealedBytes(entry)))
  return entries.slice(0, tooMany === -1 ? entries.length : tooMany)
}
