import type { RefusalCode } from '@chat-room/protocol'
import type { Bytes } from './bytes.ts'

/**
 * What a client tells its views, in the order it happened: one stream, from which the terminal prints, its JSON mode
 * writes lines, and elements render. Texts and names come from others: a view makes them visible, never obeys them.
 */
export type ClientEvent =
  | { readonly type: 'connection'; readonly state: ConnectionState; readonly retryIn?: number }
  | { readonly type: 'room'; readonly state: 'unclaimed' | 'claimed' }
  /** Something is to be typed in. Asked again after every refusal. */
  | { readonly type: 'prompt'; readonly for: 'password' | 'claim-code' | 'alias' }
  /** The password is being stretched: about half a second. */
  | { readonly type: 'stretching' }
  /** Guessing is slowed down: the password given is tried by itself after so many milliseconds. */
  | { readonly type: 'slowed'; readonly retryIn: number }
  /** What this device kept, newest page alone: `RoomClient.earlier` has the rest. Before `joined`, and without any network. */
  | { readonly type: 'history'; readonly entries: readonly HistoryEntry[]; readonly more: boolean }
  /** `remembered`: without the server, by what this device kept; who is here now is known when the connection is `online`. */
  | { readonly type: 'joined'; readonly alias: string; readonly remembered?: true }
  /** Somebody of this alias is here whose keys are not those that this device knew it by. */
  | { readonly type: 'new-key'; readonly alias: string }
  | { readonly type: 'member-joined'; readonly alias: string }
  | { readonly type: 'member-left'; readonly alias: string }
  | { readonly type: 'member-away'; readonly alias: string }
  | { readonly type: 'member-back'; readonly alias: string }
  | { readonly type: 'typing'; readonly alias: string; readonly to: 'all' | 'you'; readonly typing: boolean }
  | MessageEvent
  /**
   * An own message is in the outbox: `sent` or `undelivered` follows, with the same `id`. Told again by a process that finds
   * it there. `at`: when it was written, by this device's clock; what an earlier process wrote online has no time of its own.
   */
  | {
      readonly type: 'said'
      readonly id: string
      /** `all`, or an alias. */
      readonly to: string
      readonly text: string
      readonly at: number
      readonly place?: number
    }
  | ({ readonly type: 'sent'; readonly id: string } & Stored)
  | { readonly type: 'receipt'; readonly from: string; readonly ids: readonly string[] }
  | { readonly type: 'undelivered'; readonly to: string; readonly id: string }
  | { readonly type: 'gap'; readonly missed: number; readonly place?: number }
  /** `unverified`: so many more are connected of whom nobody can say who they are; absent if there are none. */
  | { readonly type: 'aliases'; readonly aliases: readonly string[]; readonly unverified?: number }
  | { readonly type: 'target'; readonly to: string }
  | { readonly type: 'help'; readonly lines: readonly string[] }
  | FileEvent
  | { readonly type: 'files'; readonly files: readonly TransferView[] }
  | { readonly type: 'left' }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string }

/** What stays on a device that keeps what was said. */
export type KeptEvent = Extract<
  ClientEvent,
  { readonly type: 'message' | 'said' | 'file-offered' | 'file-said' | 'gap' }
>

/** An event that was told once, and what became of it since. */
export type HistoryEntry = {
  readonly place: number
  readonly event: KeptEvent
  /** When it was told here, or said there: for whoever shows a day. */
  readonly at: number
  /** Of an own message; absent: it waits, or nobody knows. */
  readonly state?: 'sent' | 'failed'
  /** Of what was said here, once it is sent; absent of what was kept without it. */
  readonly stored?: Stored
  /** It failed, and was said again as another one: told to nobody. */
  readonly isSaidAgain?: true
  /** Who has seen it, by alias. */
  readonly receipts?: readonly string[]
  /** Of a file that is not under way any more: what it is kept as, or why it ended. */
  readonly outcome?: { readonly name?: string; readonly path?: string; readonly reason?: string }
}

/** Durable on the server: where an own message stands among all others, as everyone else is told. */
export type Stored = {
  /** A DM has the number 0: its place in the mailbox is its recipient's business. */
  readonly seq: number
  /** By the server's clock, in milliseconds. */
  readonly at: number
  /** When it was written, by this device's clock, if it waited in the outbox. */
  readonly written?: number
}

type MessageEvent = {
  readonly type: 'message'
  readonly id: string
  readonly from: string
  /** `all`, or the alias of the one whom a DM is for. */
  readonly to: string
  readonly text: string
  readonly seq: number
  /** By the server's clock, in milliseconds. */
  readonly at: number
  /** Of this member itself, from an earlier session. An earlier holder of its alias is somebody else. */
  readonly own?: true
  /** It was there before this client came, or was missed while it was away. */
  readonly history?: true
  /** When it was written, by its author's clock, if it waited in an outbox. */
  readonly written?: number
  /** In this device's history, as of every event that has one. Absent: nothing is kept. */
  readonly place?: number
}

type FileEvent =
  | {
      readonly type: 'file-offered'
      readonly transfer: string
      readonly from: string
      readonly to: string
      readonly name: string
      readonly size: number
      /** The folders it lies in, as its sender calls them: `photos/2024`. */
      readonly folder?: string
      /** A small picture of it, made by its sender: hostile bytes of at most 16 KiB. */
      readonly preview?: Bytes
      readonly history?: true
      /** By the server's clock, in milliseconds; absent of what an earlier process was told. */
      readonly at?: number
      readonly place?: number
    }
  /** The offer of an own file is in the outbox: told again by a process that finds it there. */
  | {
      readonly type: 'file-said'
      readonly transfer: string
      /** `all`, or an alias. */
      readonly to: string
      readonly name: string
      readonly size: number
      readonly folder?: string
      readonly preview?: Bytes
      readonly at: number
      readonly place?: number
    }
  /** That offer is durable on the server: the others have it by now, or will. */
  | ({ readonly type: 'file-stored'; readonly transfer: string } & Stored)
  | {
      readonly type: 'file-progress'
      readonly transfer: string
      readonly direction: 'in' | 'out'
      /** Plaintext bytes: `in`, that are kept here; `out`, that were handed to the network, or the server holds. */
      readonly received: number
      readonly size: number
      /** Bytes a second, over the last seconds; absent before there is anything to tell. */
      readonly speed?: number
    }
  /** It goes on where an earlier process, or an earlier place in the room, left it: `received` bytes need not be moved again. */
  | {
      readonly type: 'file-resumed'
      readonly transfer: string
      readonly direction: 'in' | 'out'
      readonly name: string
      readonly received: number
      readonly size: number
    }
  /** An own file that an earlier process left unfinished: the same `:File` again, or `:Continue`, goes on with it. */
  | {
      readonly type: 'file-interrupted'
      readonly transfer: string
      readonly name: string
      readonly size: number
    }
  /** It does not get further for now, and nobody need do anything. */
  | { readonly type: 'file-waiting'; readonly transfer: string; readonly for: WaitsFor }
  | {
      readonly type: 'file-received'
      readonly transfer: string
      readonly name: string
      readonly path: string
      readonly size: number
      /** Hexadecimal; absent where nobody would look at it: the content is verified either way. */
      readonly sha256?: string
    }
  /** The server has all of it: the sender may leave. */
  | { readonly type: 'file-sent'; readonly transfer: string; readonly to: string }
  /** To the sender: this member has all of it, verified. */
  | { readonly type: 'file-delivered'; readonly transfer: string; readonly to: string }
  /** To the sender: this member does not want it. */
  | { readonly type: 'file-declined'; readonly transfer: string; readonly by: string }
  | { readonly type: 'file-ended'; readonly transfer: string; readonly reason: string }

/** The server keeps a window of a file that is too large for it, and slower receivers hold that; or the sender is away. */
export type WaitsFor = 'slower-receivers' | 'sender'

type ConnectionState = 'connecting' | 'online' | 'offline'

/** A line of `:Files`. */
export type TransferView = {
  /** What commands call it: 1, 2, 3… in the order of appearance. */
  readonly number: number
  readonly transfer: string
  readonly direction: 'in' | 'out'
  readonly with: string
  readonly name: string
  readonly folder?: string
  readonly size: number
  readonly done: number
  /** `checking`: what an earlier process left is compared with the disk. `interrupted`: it waits for its file. */
  readonly state: 'offered' | 'checking' | 'running' | 'paused' | 'waiting' | 'interrupted' | 'done' | 'ended'
  readonly waitsFor?: WaitsFor
  /** Bytes a second, over the last seconds; milliseconds that the rest takes at that speed. */
  readonly speed?: number
  readonly remaining?: number
  /** Of an own file: what `:File` named, or found below what it named. */
  readonly path?: string
  /** Of an own file: who has all of it, and who does not want it, by alias. */
  readonly has?: readonly string[]
  readonly declined?: readonly string[]
}

export type ErrorCode =
  | RefusalCode
  /** The alias itself will not do; the message says why. */
  | 'alias'
  /** A command that does not exist, or is used wrongly. */
  | 'command'
  /** The message cannot be sent as it is. */
  | 'message'
  | 'path'
  | 'file'
  | 'unknown-alias'
  /** The recipient of DMs went, or came back with other keys: nothing is re-targeted. */
  | 'recipient-gone'
  /** This device knew the room, and the server says that it has no password. */
  | 'forgotten-room'
  /** Another connection took over. */
  | 'replaced'
  /** The server's certificate is not trusted; the message has its fingerprint. */
  | 'certificate'
  | 'unreachable'
  /** Members are shown different histories, or a message breaks its author's chain. */
  | 'fork'
  | 'broken-chain'
  | 'replayed'
  /** Somebody is in the room whose hello does not hold what it claims, and who is not among the aliases. */
  | 'unverified'
  /** Entries of such members are not shown. */
  | 'hidden'
  /** A message that cannot be opened: forged, damaged or out of its place. */
  | 'unreadable'
  /** Made by a newer version. */
  | 'newer-version'
  | 'server'
