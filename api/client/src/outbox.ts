import type { Body, ClientMessage, RefusalCode, ServerMessageOf } from '@chat-room/protocol'
import { encodeBase64Url } from './bytes.ts'
import type { Target } from './client.ts'
import type { SealedMessage } from './crypto/sealing-chain.ts'
import type { Clock } from './ports.ts'

export type Outgoing = {
  /** 16 random bytes, base64url: sent twice, it is stored once. */
  readonly id: string
  readonly recipient: Target
  readonly body: Body
}

type Item = {
  readonly message: Outgoing
  /** Sealed once, and sent again byte for byte. */
  sealed: SealedMessage | undefined
  sent: boolean
}

/** Messages that may be on their way at once: the server answers each. */
const WINDOW = 128

/** Nothing that a server says holds messages back for longer, in milliseconds. */
const SLOWED_AT_MOST = 60_000

/** Of a DM without a number. */
export type Accepted = Omit<ServerMessageOf<'accepted'>, 'type'>

export type OutboxPorts = {
  readonly clock: Clock
  /** Undefined: its recipient is gone, and so nothing may be sealed. */
  seal(message: Outgoing): Promise<SealedMessage | undefined>
  transmit(message: ClientMessage): void
  accepted(message: Outgoing, as: Accepted, sealed: SealedMessage | undefined): void
  /** Dropped for good. */
  undeliverable(message: Outgoing, code: RefusalCode): void
  /** What is to be kept over a restart has changed. */
  changed(): void
  failed(error: unknown): void
}

/**
 * Keeps every message until the server has stored it: each is sealed once, sent in order, and sent again after a lost
 * connection; the server drops repetitions by their ids.
 */
export class Outbox {
  readonly #ports: OutboxPorts
  readonly #items = new Map<string, Item>()
  #online = false
  #isSlow = false
  #cancelSlow: (() => void) | undefined
  #pumping = false
  #idle: (() => void)[] = []
  #reachable: (() => void)[] = []

  constructor(ports: OutboxPorts) {
    this.#ports = ports
  }

  get size(): number {
    return this.#items.size
  }

  /** What has to survive a restart, in order. */
  get waiting(): readonly Outgoing[] {
    return Array.from(this.#items.values(), ({ message }) => message)
  }

  add(message: Outgoing): void {
    this.#items.set(message.id, { message, sealed: undefined, sent: false })
    this.#ports.changed()
    this.#pump()
  }

  /** The server can be reached: what it may not have is sent again, and the rest after it. */
  online(): void {
    for (const item of this.#items.values()) item.sent = false
    this.#online = true
    for (const resolve of this.#reachable.splice(0)) resolve()
    this.#pump()
  }

  offline(): void {
    this.#online = false
  }

  /** Another session seals from now on: what the old one sealed is not sent again. */
  forgetSealed(): void {
    for (const item of this.#items.values()) item.sealed = undefined
  }

  slowDown(milliseconds: number): void {
    this.#isSlow = true
    this.#cancelSlow?.()
    this.#cancelSlow = this.#ports.clock.after(Math.min(milliseconds, SLOWED_AT_MOST), () => {
      this.#isSlow = false
      this.#pump()
    })
  }

  /** The server has it: by its acknowledgement, by a page of the log, or by an answer to `check`. */
  accepted(as: Accepted): void {
    const item = this.#take(as.id)
    if (item === undefined) return
    this.#ports.accepted(item.message, as, item.sealed)
    this.#pump()
  }

  refused(id: string, code: RefusalCode): void {
    const item = this.#take(id)
    if (item !== undefined) this.#ports.undeliverable(item.message, code)
    this.#pump()
  }

  /** Resolves when nothing waits any more. */
  empty(): Promise<void> {
    if (this.#items.size === 0) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Resolves when the server can be reached. */
  reachable(): Promise<void> {
    if (this.#online) return Promise.resolve()
    return new Promise(resolve => this.#reachable.push(resolve))
  }

  #take(id: string): Item | undefined {
    const item = this.#items.get(id)
    if (item === undefined) return undefined
    this.#items.delete(id)
    this.#ports.changed()
    if (this.#items.size === 0) for (const resolve of this.#idle.splice(0)) resolve()
    return item
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    this.#send()
      .catch(this.#ports.failed)
      .finally(() => {
        this.#pumping = false
        if (this.#next() !== undefined) this.#pump()
      })
  }

  async #send(): Promise<void> {
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      const { message } = item
      if (item.sealed === undefined) {
        item.sealed = await this.#ports.seal(message)
        if (item.sealed === undefined) {
          this.refused(message.id, 'unknown-recipient')
          continue
        }
        // The connection may have come and gone meanwhile: look again.
        continue
      }
      item.sent = true
      const to = message.recipient.to === 'all' ? 'all' : message.recipient.member
      this.#ports.transmit({ type: 'send', id: message.id, to, sealed: encodeBase64Url(item.sealed.sealed) })
    }
  }

  /** The next one that may be sent now, in order. */
  #next(): Item | undefined {
    if (!this.#online || this.#isSlow) return undefined
    let underWay = 0
    for (const item of this.#items.values()) {
      if (!item.sent) return item
      if (++underWay >= WINDOW) return undefined
    }
    return undefined
  }
}
