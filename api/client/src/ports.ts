import type { Bytes } from './bytes.ts'
import type { Stretch } from './crypto/stretch.ts'

/** What a client needs of its platform. */
export type ClientPorts = {
  readonly openSocket: OpenSocket
  readonly clock: Clock
  /** Cryptographic randomness. */
  readonly random: (length: number) => Bytes
  readonly stretch: Stretch
  readonly memory: DeviceMemory
  readonly files: Files
}

/** Opens a WebSocket. Handlers are called later, never during the call; after `closed` none is. */
export type OpenSocket = (url: string, subprotocol: string, handlers: SocketHandlers) => Socket

export type SocketHandlers = {
  opened(): void
  text(text: string): void
  /** The bytes lie alone in their memory and are the core's from then on, which frees it. */
  binary(bytes: Bytes): void
  /** `code` 1006: no close frame. `problem` says in plain words why a connection could not be made. */
  closed(code: number, problem?: ConnectionProblem): void
}

export type ConnectionProblem =
  | { readonly reason: 'unreachable'; readonly message: string }
  /** Trying again does not help: the certificate is not trusted. */
  | { readonly reason: 'certificate'; readonly message: string }

export interface Socket {
  /** Bytes are the socket's from then on: it may free their memory once they are sent. */
  send(data: string | Bytes): void
  /** Bytes that `send` took and the network did not yet. */
  readonly buffered: number
  /** Resolves when `buffered` is no more than so many bytes, or the socket is closed. */
  drained(below: number): Promise<void>
  close(code?: number): void
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once after so many milliseconds; the result cancels it. */
  after(milliseconds: number, callback: () => void): () => void
}

/**
 * What a device remembers of rooms. Slots hold what the core has sealed already: opaque bytes under opaque names. A device
 * that is to keep nothing implements it with memory that ends with the process.
 */
export interface DeviceMemory {
  /** Whether this device has been in the room at this address. */
  knows(room: string): Promise<boolean>
  remember(room: string): Promise<void>
  forget(room: string): Promise<void>
  /** Undefined while another live process of this device holds the slot. */
  openSlot(room: string, name: string): Promise<Slot | undefined>
  /** For whoever holds the slot that it belongs to: a journal is locked by nothing of its own. */
  openJournal(room: string, name: string): Promise<Journal>
  /**
   * Seals what is kept so that it opens here without the password, and nowhere else: AES-256-GCM, not extractable, the same
   * for as long as anything is kept. Undefined: what is kept opens by the password alone, and what was said is not kept.
   */
  deviceKey(): Promise<CryptoKey | undefined>
  /** What was said in this room, as this device keeps it. Asked for only where there is a device key. */
  openHistory(room: string): Promise<HistoryStore>
}

/** Sealed records in the order of their places: whole numbers, dense, below zero for what was fetched from before. */
export interface HistoryStore {
  /** Up to `count` records before that place (undefined: the newest), in their order. */
  page(before: number | undefined, count: number): Promise<readonly HistoryRecord[]>
  /** Those there are, of these ids. */
  find(ids: readonly string[]): Promise<readonly HistoryRecord[]>
  /** All or none; a record of a place that is known replaces it. Resolves when they survive the death of this process. */
  put(records: readonly HistoryRecord[]): Promise<void>
  /** Deletes the records before that place. */
  dropBefore(place: number): Promise<void>
  clear(): Promise<void>
}

/** `id` says nothing to whoever reads the disk; no two records of a room have the same. */
export type HistoryRecord = { readonly place: number; readonly id: string; readonly sealed: Bytes }

export interface Slot {
  read(): Promise<Bytes | undefined>
  /** Replaces the content as a whole: after a crash it is the old or the new one. */
  write(bytes: Bytes): Promise<void>
  /** Deletes the content and lets go of the slot. */
  clear(): Promise<void>
  /** Lets go of the slot and keeps the content. */
  release(): Promise<void>
}

/** Small records, appended often and read once. */
export interface Journal {
  /** All that survived, in the order it was appended; its end may be torn. */
  read(): Promise<Bytes>
  /** Resolves when the bytes survive the death of this process. What waits meanwhile is written together. */
  append(bytes: Bytes): Promise<void>
  /** Deletes the content and lets go of it. */
  clear(): Promise<void>
  /** Lets go of it and keeps the content. */
  release(): Promise<void>
}

export interface Files {
  /** What a path means that a person named (M10): one file, or all files of a folder. */
  find(path: string): Promise<Found | FileProblem>
  /** Opens one of those; the problem is in words for that person. */
  openSource(path: string): Promise<FileSource | FileProblem>
  /**
   * Opens a buffer for an incoming file. Never overwrites (M14). What would outlive this process is made only once its place
   * was announced, and so nothing is left behind that no process knows of: by `FileSink.place` the buffer is told from what
   * others may put there, by what was announced it is not. The promise of `announce`: a later process would know.
   */
  createSink(file: IncomingName, announce: (place: string) => Promise<void>): Promise<FileSink | FileProblem>
  /**
   * Opens a buffer again that was kept; the problem: it is not there any more, or not as it was left. Of a place that was
   * announced and nothing more, what can only be an unused buffer is removed, and the rest left alone.
   */
  reopenSink(file: IncomingName, place: string): Promise<FileSink | FileProblem>
}

export type FileProblem = { readonly problem: string }

export type Found = {
  readonly files: readonly {
    /** For `openSource`. */
    readonly path: string
    /** The folders it lies in, from the named one on: `photos/2024`. Empty: the file itself was named. */
    readonly folder: string
  }[]
  /** What lies there and is not sent, and why, in words for that person. */
  readonly omitted: readonly string[]
}

/** What its sender called an incoming file: hostile as it is. */
export type IncomingName = {
  readonly transfer: string
  readonly name: string
  /** Plaintext bytes. */
  readonly size: number
  /** `id` is the same for all files of one folder that was sent; `path` as in `Found`. */
  readonly folder?: { readonly id: string; readonly path: string }
}

export interface FileSource {
  readonly name: string
  readonly size: number
  readonly mime: string
  /** Changes when the file does: size, modification time. */
  fingerprint(): Promise<string>
  /** A small picture of it, for its offer; left out if it is larger than that may carry (`LIMITS.previewBytes`). */
  preview?(): Promise<Bytes | undefined>
  /** Exactly `length` bytes, alone in their memory, which is the caller's own; throws if the file has become shorter. */
  read(offset: number, length: number): Promise<Bytes>
  close(): Promise<void>
}

export interface FileSink {
  /** What `reopenSink` finds it by: kept on this device, shown to nobody. */
  readonly place: string
  /** Once it has resolved, the bytes are not looked at any more. */
  write(offset: number, bytes: Bytes): Promise<void>
  /** Exactly `length` bytes of what was written; throws if they are not there. */
  read(offset: number, length: number): Promise<Bytes>
  /** Content is verified: give the file its final name. */
  finish(): Promise<{ readonly name: string; readonly path: string; readonly sha256?: string }>
  /** Closes the buffer and leaves it for `reopenSink`. */
  keep(): Promise<void>
  discard(): Promise<void>
}
