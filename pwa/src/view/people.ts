import type { RoomEvent } from './room-event.ts'

export type Person = {
  readonly alias: string
  readonly isSelf: boolean
  readonly isAway: boolean
  /** To everyone, or to whoever looks alone. */
  readonly typing: 'all' | 'you' | undefined
}

/** Somebody who types says so again every three seconds; whoever falls silent has stopped. */
export const TYPING_LASTS = 6_000

/** Who is here, away, typing. */
export class People {
  readonly #away = new Set<string>()
  readonly #typing = new Map<string, { readonly to: 'all' | 'you'; readonly until: number }>()

  apply(event: RoomEvent, now: number): void {
    switch (event.type) {
      case 'member-away':
        this.#away.add(event.alias)
        this.#typing.delete(event.alias)
        return
      case 'member-left':
        this.#typing.delete(event.alias)
        this.#away.delete(event.alias)
        return
      case 'member-joined':
      case 'member-back':
        this.#away.delete(event.alias)
        return
      case 'typing':
        if (event.typing) this.#typing.set(event.alias, { to: event.to, until: now + TYPING_LASTS })
        else this.#typing.delete(event.alias)
        return
      case 'message':
        this.#typing.delete(event.from)
        return
    }
  }

  /** `aliases` is the core's list: it alone says who is there. Oneself first, those who are away last. */
  list(aliases: readonly string[], self: string | undefined, now: number): readonly Person[] {
    const people = aliases.map(alias => ({
      alias,
      isSelf: alias === self,
      isAway: this.#away.has(alias),
      typing: this.#typingOf(alias, now),
    }))
    const rank = ({ isSelf, isAway }: Person) => (isSelf ? 0 : isAway ? 2 : 1)
    return people.sort((a, b) => rank(a) - rank(b))
  }

  #typingOf(alias: string, now: number): 'all' | 'you' | undefined {
    const typing = this.#typing.get(alias)
    return typing !== undefined && typing.until > now ? typing.to : undefined
  }
}
