import { TIMES } from '@chat-room/protocol'
import type { Id, RandomBytes } from './ports.ts'

/** Whom a ticket admits to the segment socket. */
export type TicketHolder = { readonly room: string; readonly member: Id }

type Ticket = TicketHolder & { readonly expires: number }

/** One-use tickets that carry an admission from the room socket to the segment socket. */
export class Tickets {
  readonly #random: RandomBytes
  /** In order of their expiry, since every ticket lives equally long. */
  readonly #tickets = new Map<string, Ticket>()

  constructor(random: RandomBytes) {
    this.#random = random
  }

  issue(holder: TicketHolder, now: number): string {
    for (const [ticket, { expires }] of this.#tickets) {
      if (expires > now) break
      this.#tickets.delete(ticket)
    }
    const ticket = this.#random(32)
    this.#tickets.set(ticket, { ...holder, expires: now + TIMES.ticket })
    return ticket
  }

  /** Whose ticket it is, once, or undefined. */
  redeem(ticket: string, room: string, now: number): TicketHolder | undefined {
    const found = this.#tickets.get(ticket)
    if (found?.room !== room) return undefined
    this.#tickets.delete(ticket)
    return found.expires > now ? { room: found.room, member: found.member } : undefined
  }
}
