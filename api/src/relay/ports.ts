import type { CloseName, RelayMessage } from '@chat-room/protocol'

/** Sixteen bytes in base64url: a transfer, a member. */
export type Id = string

/** What is announced of a transfer, and never changes. */
export type TransferFacts = {
  readonly transfer: Id
  readonly room: string
  readonly sender: Id
  /** Everyone in the room, or one member. */
  readonly to: 'all' | Id
  /** Ciphertext bytes of all segments, the trailer apart. */
  readonly size: number
  readonly segmentSize: number
  /** SHA-256 of the upload secret, base64url. */
  readonly secretHash: string
  /** Milliseconds since 1970. */
  readonly created: number
}

/** `first`, `first + 1`, … `count` of them. */
export type Run = [first: number, count: number]

/** How a transfer ended for one receiver. */
export type Outcome = 'received' | 'declined'

/**
 * One transfer in the store: its facts, its outcomes and whatever segments it holds. The trailer is a segment like
 * the others. Nothing here blocks; only `write`, `read` and `remove` are waited for.
 */
export interface StoredTransfer {
  readonly facts: TransferFacts
  readonly outcomes: ReadonlyMap<Id, Outcome>
  /** How many segments are held. */
  readonly count: number
  indices(): Iterable<number>
  /** The same as ascending runs, the first `most` of them: work for these alone. */
  runs(most: number): Run[]
  /** Bytes of a held segment; undefined: it is not held. */
  lengthOf(index: number): number | undefined
  /**
   * Afterwards the segment is held, and so it is after the process was killed, but for the last few. `bytes` must not
   * change until then. Not called twice at once for one index, nor for one that is held.
   */
  write(index: number, bytes: Uint8Array): Promise<'written' | 'disk-full'>
  /** Fills `into`, which is `lengthOf(index)` bytes long; false if the segment was dropped or is unreadable now. */
  read(index: number, into: Uint8Array): Promise<boolean>
  /** The segment's place is used again by the next `write`. */
  drop(index: number): void
  settle(member: Id, outcome: Outcome): void
  /** Deletes the segments; facts and outcomes stay. Nothing is written afterwards. */
  empty(): Promise<void>
  /** Deletes everything. */
  remove(): Promise<void>
}

/**
 * Ciphertext of transfers, and what is durable of the transfers themselves. One port for both, because facts and bytes
 * must appear and vanish together, which one directory can promise and a database beside a directory cannot.
 */
export interface SegmentStore {
  /** What an earlier process left, oldest first. Called once, before anything else. */
  restore(): Promise<readonly StoredTransfer[]>
  /** Facts with an id that is not in the store. What can fail fails at the first `write`. */
  create(facts: TransferFacts): StoredTransfer
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** Memory for frames, which is used again. */
export interface FrameBuffers {
  /** An array of that length, its content arbitrary. */
  take(length: number): Uint8Array
  /** Nobody looks at it, or at its buffer, from here on. Of an array that was not taken here it changes nothing. */
  giveBack(bytes: Uint8Array): void
}

/** One client's segment socket. */
export interface SegmentPeer {
  /** Never blocks and never throws. */
  send(message: RelayMessage): void
  /**
   * Resolves when the kernel has taken the bytes, or the socket is closed: the frame is then not looked at any more. The
   * relay keeps a bounded number of them unresolved. The same frame goes to several peers: nobody changes it.
   */
  sendSegment(frame: Uint8Array): Promise<void>
  /** Read nothing more from this client until `resume`. */
  pause(): void
  resume(): void
  close(name: CloseName): void
}

/** SHA-256 of base64url bytes, base64url. */
export type HashSecret = (secret: string) => string
