import type { Presence } from '@chat-room/protocol'
import { type Bytes, decodeUtf8, encodeUtf8 } from './bytes.ts'
import type { Ends } from './chains.ts'
import { openState, sealState } from './crypto/local-state.ts'
import type { Reach } from './log-position.ts'
import type { Outgoing } from './outbox.ts'
import type { Clock, Slot } from './ports.ts'

/** What a device keeps of its membership, sealed under a key that only the password gives back. */
export type LocalState = {
  readonly version: 1
  /** The member's secret keys, base64url. */
  readonly identity: string
  /** The resume secret: drawn with the identity, and shown to the server when its member comes back. */
  readonly secret: string
  readonly outbox: readonly Outgoing[]
  /** Belongs to the transfers; opaque here. */
  readonly transfers: unknown
  /** Members by alias tag, as they were met last: the newest last. */
  readonly known?: readonly KnownKey[] | undefined
  /** Of a device that keeps what was said: where reading goes on, in both directions, and who was here. */
  readonly told?: Told | undefined
  readonly people?: readonly Acquaintance[] | undefined
}

/** What was kept before it was counted how often an alias is met bears no count. */
export type KnownKey = readonly [tag: string, member: string, times?: number]

/** Member and session, and how far what it said was told: to the group, and to this member. */
export type Heard = readonly [speaker: string, group: Ends | null, direct: Ends | null]

export type Told = Reach & {
  /** Whose mailbox it is. */
  readonly member?: string
  readonly mailbox: number
  /** The newest last. */
  readonly heard?: readonly Heard[]
}

/** Somebody who was here; its keys come with its hello. */
export type Acquaintance = { readonly id: string; readonly alias: string; readonly presence: Presence }

/** From the end of a write to the next of what may wait, in milliseconds: what comes in a burst is written together. */
const PAUSE = 200

/** Keeps the slot's content up to date: one write at a time, each of all that has changed. */
export class LocalStateKeeper {
  readonly #slot: Slot
  readonly #key: CryptoKey
  /** The slot's. */
  readonly name: string
  readonly #random: (length: number) => Bytes
  readonly #clock: Clock
  readonly #failed: (error: unknown) => void
  /** What has to survive before a snapshot may: it says that it was told. */
  readonly #before: () => Promise<void>
  #snapshot: (() => LocalState) | undefined
  /** Counts changes: all, those that a write was begun for, those that are written. */
  #changes = 0
  #begun = 0
  #done = 0
  /** The latest change that must not wait. */
  #urgent = 0
  #writing: Promise<void> | undefined
  #cancelPause: (() => void) | undefined

  constructor(
    slot: Slot,
    key: CryptoKey,
    name: string,
    random: (length: number) => Bytes,
    clock: Clock,
    failed: (error: unknown) => void,
    before: () => Promise<void> = async () => undefined,
  ) {
    this.#slot = slot
    this.#key = key
    this.name = name
    this.#random = random
    this.#clock = clock
    this.#failed = failed
    this.#before = before
  }

  /** Undefined: there is none, or it was sealed under another password or damaged, and serves no more. */
  async read(): Promise<LocalState | undefined> {
    const sealed = await this.#slot.read()
    if (sealed === undefined) return undefined
    const opened = await openState(this.#key, this.name, sealed)
    if (!opened.ok) return undefined
    const state: LocalState | { version: unknown } = JSON.parse(decodeUtf8(opened.value) ?? '{}')
    return state.version === 1 ? (state as LocalState) : undefined
  }

  /** From now on this is what is written. */
  keep(snapshot: () => LocalState): void {
    this.#snapshot = snapshot
    this.changed()
  }

  /** What a killed process must not lose has changed: a message that nobody has yet. */
  changed(): void {
    this.#changes += 1
    this.#urgent = this.#changes
    this.#begin()
  }

  /** What may be told again, or is waited for by `saved`, has changed. */
  changedInPassing(): void {
    this.#changes += 1
    if (this.#cancelPause === undefined) this.#begin()
  }

  /** Resolves when everything changed so far is written; never rejects: what cannot be written ends the client. */
  async written(): Promise<void> {
    const due = this.#changes
    while (this.#done < due) {
      this.#begin()
      if (this.#writing === undefined) return
      await this.#writing
    }
  }

  /** Like `written`, but rejects if it could not be. */
  async saved(): Promise<void> {
    const due = this.#changes
    await this.written()
    // Of a member that is no more nothing is kept, and nobody will find its keys.
    if (this.#snapshot !== undefined && this.#done < due)
      throw new Error('what is kept here cannot be written')
  }

  /** The member is no more: nothing is kept. */
  async clear(): Promise<void> {
    this.#snapshot = undefined
    await this.#quiet()
    await this.#slot.clear()
  }

  async release(): Promise<void> {
    await this.written()
    this.#snapshot = undefined
    await this.#quiet()
    await this.#slot.release()
  }

  async #quiet(): Promise<void> {
    this.#endPause()
    while (this.#writing !== undefined) await this.#writing
  }

  #begin(): void {
    if (this.#writing !== undefined || this.#snapshot === undefined || this.#begun === this.#changes) return
    this.#endPause()
    this.#begun = this.#changes
    this.#writing = this.#write(this.#snapshot(), this.#changes)
      .catch(this.#failed)
      .finally(() => {
        this.#writing = undefined
        if (this.#urgent > this.#begun) this.#begin()
        else if (this.#snapshot !== undefined) this.#pause()
      })
  }

  #pause(): void {
    this.#cancelPause = this.#clock.after(PAUSE, () => {
      this.#cancelPause = undefined
      this.#begin()
    })
  }

  #endPause(): void {
    this.#cancelPause?.()
    this.#cancelPause = undefined
  }

  async #write(state: LocalState, changes: number): Promise<void> {
    const plaintext = encodeUtf8(JSON.stringify(state))
    await this.#before()
    await this.#slot.write(await sealState(this.#key, this.name, plaintext, this.#random))
    this.#done = changes
  }
}
