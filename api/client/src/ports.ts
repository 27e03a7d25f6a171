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
  binary(bytes: Bytes): void
  /** `code` 1006: no close frame. `problem` says in plain words why a connection could not be made. */
  closed(code: number, problem?: ConnectionProblem): void
}

export type ConnectionProblem =
  | { readonly reason: 'unreachable'; readonly message: string }
  /** Trying again does not help: the certificate is not trusted. */
  | { readonly reason: 'certificate'; readonly message: string }

export interface Socket {
  send(data: string | Bytes): void
  /** Bytes that `send` took and the network did not yet. */
  readonly buffered: number
  /** Resolves when `buffered` is low again, or the socket is closed. */
  drained(): Promise<void>
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
}

export interface Slot {
  read(): Promise<Bytes | undefined>
  /** Replaces the content as a whole: after a crash it is the old or the new one. */
  write(bytes: Bytes): Promise<void>
  /** Deletes the content and lets go of the slot. */
  clear(): Promise<void>
  /** Lets go of the slot and keeps the content. */
  release(): Promise<void>
}

export interface Files {
  /** Opens what a person named (M10); the problem is in words for that person. */
  openSource(path: string): Promise<FileSource | FileProblem>
  /** Opens a buffer for an incoming file; `name` is what the sender called it. Never overwrites (M14). */
  createSink(file: {
    readonly transfer: string
    readonly name: string
    readonly size: number
  }): Promise<FileSink | FileProblem>
}

export type FileProblem = { readonly problem: string }

export interface FileSource {
  readonly name: string
  readonly size: number
  readonly mime: string
  /** Changes when the file does: size, modification time. */
  fingerprint(): Promise<string>
  /** Exactly `length` bytes; throws if the file has become shorter. */
  read(offset: number, length: number): Promise<Bytes>
  close(): Promise<void>
}

export interface FileSink {
  write(offset: number, bytes: Bytes): Promise<void>
  /** Content is verified: give the file its final name. */
  finish(): Promise<{ readonly name: string; readonly path: string; readonly sha256: string }>
  discard(): Promise<void>
}
