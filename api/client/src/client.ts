import type { SafetyNumber } from './crypto/safety-number.ts'
import type { ClientEvent, HistoryEntry, TransferView } from './events.ts'

export type ClientOptions = {
  /** Where the room is: `https://host[:port]`. */
  readonly url: string
  readonly room: string
  /** Whether offers made while one is present are fetched by themselves. */
  readonly accept: 'all' | 'ask' | 'none'
  /** What this device knows of the room is forgotten first: if it has no password, one may be set. */
  readonly forgets?: boolean
  /** A server that cannot be reached is tried again from the first attempt on. Otherwise that attempt ends the client. */
  readonly persistent?: boolean
}

/** Whom messages and files go to now. A member is held by its id: an alias is never looked up again. */
export type Target =
  | { readonly to: 'all' }
  | { readonly to: 'member'; readonly member: string; readonly alias: string }

/** Somebody in the room, as others see them. */
export type PersonView = {
  readonly alias: string
  readonly presence: 'here' | 'away'
  readonly isSelf: boolean
  /**
   * Of both persons' keys, the same on both devices as long as nobody stands between them: to be compared by voice. Absent
   * of oneself, and of whoever is known from an earlier visit alone.
   */
  readonly safety?: SafetyNumber
}

/** A page of what was said, in its order; `more`: there is an earlier one. */
export type HistoryPage = { readonly entries: readonly HistoryEntry[]; readonly more: boolean }

/**
 * Where a client stands. Views ask for what a state waits for; events tell what happened in between.
 *
 *     connecting ─▶ password ─▶ working ─▶ alias ─▶ joining ─▶ joined ─▶ left
 *                      ▲            │        ▲          │         │
 *                      └─ refused ──┘        └ refused ─┘         └─▶ ended
 *
 * A connection lost on the way is made again by the client itself; what was typed is not asked for twice.
 */
export type ClientState =
  | { readonly name: 'connecting' }
  | { readonly name: 'claim-code' }
  /** `create`: the password is being set; `enter`: it is asked for. Never to be mistaken for one another. */
  | { readonly name: 'password'; readonly purpose: 'create' | 'enter' }
  | { readonly name: 'working' }
  | { readonly name: 'alias' }
  | { readonly name: 'joining' }
  | { readonly name: 'joined'; readonly alias: string }
  | { readonly name: 'left' }
  /** Over without `:Exit`; the last `error` event said why. */
  | { readonly name: 'ended' }

export interface RoomClient {
  readonly state: ClientState
  readonly target: Target
  /** Members present and away, by alias, in the order of the alphabet; the own one included. For completion too. */
  readonly aliases: readonly string[]
  /** The same, with what is known of each. */
  readonly people: readonly PersonView[]
  /** Every file on its way or on offer, as `:Files` lists them: for bars, numbers and completion. */
  readonly transfers: readonly TransferView[]
  /** Listeners are called in turn, synchronously, and must not throw. The result ends the subscription. */
  subscribe(listener: (event: ClientEvent) => void): () => void
  start(): void
  giveClaimCode(code: string): void
  /** `purpose` is the one under which it was asked for: what was typed for the other is not tried. */
  givePassword(password: string, purpose: 'create' | 'enter'): void
  giveAlias(alias: string): void
  /**
   * A line as typed: a message to the current target, or a command (M7). What comes of it is told by events. `to`, which is
   * `all` or an alias: this line alone goes there, and the target stays what it is.
   */
  submit(line: string, to?: string): void
  /** An own message that could not be delivered is in another one now: a later process is not told of it. */
  saidAgain(id: string): void
  /** Up to `count` entries from before that place: from this device, and behind what it keeps from the server's log. */
  earlier(before: number, count: number): Promise<HistoryPage>
  /** What is known of these files: how they were offered, and what became of them. */
  recall(transfers: readonly string[]): Promise<readonly HistoryEntry[]>
  /** "I am typing" or "no longer", to the current target; call as often as convenient. */
  setTyping(typing: boolean): void
  /** Resolves when everything sent is acknowledged and every transfer under way is done, or the client ended. */
  settled(): Promise<void>
  /** Leaves the room (M8) after waiting at most `patience` milliseconds for what is under way. */
  leave(patience: number): Promise<void>
  /** A reconnection that waits is tried at once: the network is back, or somebody looks. */
  retryNow(): void
  /**
   * Drops the connection without leaving: the member is away and may come back. Local state is kept. `replaced`: another process
   * of this device goes on, and views are told as if the server had said so.
   */
  stop(why?: 'replaced'): Promise<void>
  /** For a process that ends right now and keeps nothing: the member is gone, as far as it can be said in one breath. */
  vanish(): void
}
