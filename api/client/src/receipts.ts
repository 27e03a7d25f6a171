import { LIMITS } from '@chat-room/protocol'
import type { Clock } from './ports.ts'

/** How long shown DMs are collected before their author hears of them. */
const COLLECT = 500

/** More receipts than are ever on their way at once. */
const REMEMBERED = 1_024

/** Tells authors that their DMs were shown: one receipt for many. */
export class Receipts {
  readonly #clock: Clock
  readonly #send: (member: string, ids: readonly string[]) => string | undefined
  readonly #shown = new Map<string, string[]>()
  /** Ids of the newest receipts themselves. */
  readonly #sent = new Set<string>()

  /** `send` returns the id of the receipt, or undefined if there is nobody to send it to. */
  constructor(clock: Clock, send: (member: string, ids: readonly string[]) => string | undefined) {
    this.#clock = clock
    this.#send = send
  }

  shown(member: string, id: string): void {
    const ids = this.#shown.get(member)
    if (ids !== undefined) {
      ids.push(id)
      return
    }
    this.#shown.set(member, [id])
    this.#clock.after(COLLECT, () => this.#flush(member))
  }

  /** Whether this message is one of the newest receipts, which nobody typed. */
  sent(id: string): boolean {
    return this.#sent.has(id)
  }

  #flush(member: string): void {
    const ids = this.#shown.get(member) ?? []
    this.#shown.delete(member)
    for (let at = 0; at < ids.length; at += LIMITS.idsPerFrame) {
      const id = this.#send(member, ids.slice(at, at + LIMITS.idsPerFrame))
      if (id !== undefined) this.#remember(id)
    }
  }

  #remember(id: string): void {
    this.#sent.add(id)
    const [oldest] = this.#sent
    if (this.#sent.size > REMEMBERED && oldest !== undefined) this.#sent.delete(oldest)
  }
}
