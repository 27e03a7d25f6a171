import type { Bytes, HistoryRecord, HistoryStore } from '@chat-room/client'

/** Where a page keeps what its core gives it, of the one room that it is in. */
export interface Cabinet {
  /** The same for as long as anything is kept. */
  deviceKey(): Promise<CryptoKey>
  /** Whether this device has been in the room. */
  knows(): Promise<boolean>
  remember(isKnown: boolean): Promise<void>
  readSlot(name: string): Promise<Bytes | undefined>
  /** Undefined: there is none any more. */
  writeSlot(name: string, bytes: Bytes | undefined): Promise<void>
  /** What was appended, in its order. */
  readJournal(name: string): Promise<readonly Bytes[]>
  appendJournal(name: string, bytes: Bytes): Promise<void>
  clearJournal(name: string): Promise<void>
  readonly history: HistoryStore
  /** All of it. */
  content(): Promise<Content>
}

/** Works with the cabinet that is the right one now: which one that is may change while something is open. */
export type Use = <T>(work: (cabinet: Cabinet) => Promise<T>) => Promise<T>

/** All that a cabinet holds, as it is moved to another one, or to another tab by a structured clone. */
export type Content = {
  readonly key: CryptoKey
  readonly isKnown: boolean
  readonly slots: ReadonlyMap<string, Bytes>
  readonly journals: ReadonlyMap<string, readonly Bytes[]>
  readonly history: readonly HistoryRecord[]
}

/** Another tab has taken this one's place in the room, and what is kept is that one's to write. */
export class SeatLostError extends Error {
  override readonly name = 'SeatLostError'
  constructor() {
    super('another tab has this place in the room now')
  }
}

/** Seals what is kept, and cannot be taken out of this browser. */
export const createDeviceKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
