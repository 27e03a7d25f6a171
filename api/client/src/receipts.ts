import { LIMITS } from '@chat-room/protocol'
import type { Clock } from './ports.ts'

/** How long shown DMs are collected before their author hears of them. */
const COLLECT = 500

/** Tells authors that their DMs were shown: one receipt for many. */
export class Receipts {
  readonly #clock: Clock
  readonly #send: (member: string, ids: readonly string[]) => void
  readonly #shown = new Map<string, string[]>()

  constructor(clock: Clock, send: (member: string, ids: readonly string[]) => void) {
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

  #flush(member: string): void {
    const ids = this.#shown.get(member) ?? []
    this.#shown.delete(member)
    for (let at = 0; at < ids.length; at += LIMITS.idsPerFrame) {
      this.#send(member, ids.slice(at, at + LIMITS.idsPerFrame))
    }
  }
}
