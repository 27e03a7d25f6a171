import { LIMITS, type RelayMessageOf } from '@chat-room/protocol'
import type { ClientEvent } from '../../events.ts'
import type { Members } from '../kept/saved-transfers.ts'

/** Who has an own file, and who does not want it: each is told once, and of no more members than a room has. */
export class Recipients {
  /** Aliases, as they were then, by member id. */
  readonly #has: Map<string, string>
  readonly #declined: Map<string, string>
  readonly #aliasOf: (member: string) => string

  constructor(
    saved: { readonly has: Members; readonly declined: Members },
    aliasOf: (member: string) => string,
  ) {
    this.#has = new Map(Object.entries(saved.has))
    this.#declined = new Map(Object.entries(saved.declined))
    this.#aliasOf = aliasOf
  }

  get view(): { readonly has: readonly string[]; readonly declined: readonly string[] } {
    return { has: [...this.#has.values()], declined: [...this.#declined.values()] }
  }

  /** Grows with every news. */
  get count(): number {
    return this.#has.size + this.#declined.size
  }

  save(): { readonly has: Members; readonly declined: Members } {
    return { has: Object.fromEntries(this.#has), declined: Object.fromEntries(this.#declined) }
  }

  /** What is to be told of it, if that is news. */
  hear({ type, transfer, member }: RelayMessageOf<'received' | 'declined'>): ClientEvent | undefined {
    const alias = this.#note(member, type === 'received' ? this.#has : this.#declined)
    if (alias === undefined) return undefined
    return type === 'received'
      ? { type: 'file-delivered', transfer, to: alias }
      : { type: 'file-declined', transfer, by: alias }
  }

  #note(member: string, members: Map<string, string>): string | undefined {
    if (members.has(member) || members.size >= LIMITS.membersPerRoom) return undefined
    const alias = this.#aliasOf(member)
    members.set(member, alias)
    return alias
  }
}
