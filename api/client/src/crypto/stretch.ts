import type { Result } from '@chat-room/protocol'
import type { Bytes } from '../bytes.ts'

/** How hard a password is to guess for whoever holds the record and the server's setup: Argon2id (RFC 9106). */
type StretchProfile = {
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: number
}

export type StretchProfiles = ReadonlyMap<number, StretchProfile>

/**
 * Every profile that a client accepts. OPAQUE does not carry these figures: a server that could name them would name
 * feeble ones, so it stores a number, and this table decides what the number means. The first makes new records.
 */
export const PROFILES: StretchProfiles = new Map([
  [1, { memoryKiB: 128 * 1024, iterations: 3, parallelism: 1 }],
])

/** What a record is bound to besides the password. */
export type StretchContext = {
  readonly roomId: string
  readonly deploymentId: string
  readonly profile: number
}

/** Secret between the two halves of an exchange; goes through a worker's messages as it is. */
type StretchState = string

export type StretchFailure =
  /** The record needs a profile that this client does not know. */
  | 'unknown-profile'
  /** The server's answer is no OPAQUE message. */
  | 'malformed-response'

/** `request`, `response`, `record` and `finish` are OPAQUE messages (RFC 9807) in base64url. */
type Registered = { readonly record: string; readonly exportKey: Bytes }
type LoggedIn = {
  /** KE3: admits at the server. */
  readonly finish: string
  /** 64 bytes, known to clients alone; the same at every login. */
  readonly exportKey: Bytes
  /** 64 bytes, shared with the server, new at every login. */
  readonly sessionKey: Bytes
}

/**
 * The client's half of OPAQUE and its slow hash. A port: it runs in a throw-away worker, whose memory comes back and whose
 * origin alone may run wasm.
 */
export type Stretch = {
  /** What new records are made with; goes to the server with them. */
  readonly creationProfile: number
  startRegistration(password: string): Promise<{ readonly state: StretchState; readonly request: string }>
  finishRegistration(
    password: string,
    state: StretchState,
    response: string,
    context: StretchContext,
  ): Promise<Result<Registered, StretchFailure>>
  startLogin(password: string): Promise<{ readonly state: StretchState; readonly request: string }>
  /** `wrong-password`, or a server that does not hold the record: here they cannot be told apart. */
  finishLogin(
    password: string,
    state: StretchState,
    response: string,
    context: StretchContext,
  ): Promise<Result<LoggedIn, StretchFailure | 'wrong-password'>>
}
