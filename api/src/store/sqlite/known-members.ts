import type { Id } from '../../room/ports.ts'

type Known = { readonly member: Id; readonly secret: string | undefined }

/** So many at once, some 700 bytes each. */
const MOST = 1_024

/**
 * Members as they stand in the database, of those whom anybody asked for lately. Who comes back, most of all, is found without
 * a look there, which costs three times as much beside the work of a handshake as it does alone.
 */
export class KnownMembers<Member extends Known> {
  readonly #byId = new Map<string, Member>()
  /** Some of them are not valid any more: whoever is found here has to be who is known by that id. */
  readonly #bySecret = new Map<string, Member>()

  byId(room: number, id: string): Member | undefined {
    return this.#byId.get(`${room} ${id}`)
  }

  bySecret(room: number, secret: string): Member | undefined {
    const member = this.#bySecret.get(`${room} ${secret}`)
    return member && this.byId(room, member.member) === member ? member : undefined
  }

  /** As it was read or written just now. */
  learn(room: number, member: Member): void {
    if (this.#byId.size >= MOST || this.#bySecret.size >= MOST) this.forgetAll()
    this.#byId.set(`${room} ${member.member}`, member)
    if (member.secret !== undefined) this.#bySecret.set(`${room} ${member.secret}`, member)
  }

  forget(room: number, id: string): void {
    this.#byId.delete(`${room} ${id}`)
  }

  /** What was learnt in a transaction that is not to be. */
  forgetAll(): void {
    this.#byId.clear()
    this.#bySecret.clear()
  }
}
