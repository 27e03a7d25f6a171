import type { PersonView } from '@chat-room/client'
import type { RoomEvent } from './room-event.ts'

export type Person = PersonView & {
  /** To everyone, or to whoever looks alone. */
  readonly typing: 'all' | 'you' | undefined
}

/** Somebody who types says so again every three seconds; whoever falls silent has stopped. */
export const TYPING_LASTS = 6_000

/** Who types, beside what the core knows of everybody. */
export class People {
  readonly #typing = new Map<string, { readonly to: 'all' | 'you'; readonly until: number }>()

  apply(event: RoomEvent, now: number): void {
    switch (event.type) {
      case 'member-away':
      case 'member-left':
        this.#typing.delete(event.alias)
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

  /** Oneself first, those who are away last. */
  list(people: readonly PersonView[], now: number): readonly Person[] {
    const rank = ({ isSelf, presence }: Person) => (isSelf ? 0 : presence === 'away' ? 2 : 1)
    return people
      .map(person => ({ ...person, typing: this.#typingOf(person.alias, now) }))
      .sort((a, b) => rank(a) - rank(b))
  }

  #typingOf(alias: string, now: number): 'all' | 'you' | undefined {
    const typing = this.#typing.get(alias)
    return typing !== undefined && typing.until > now ? typing.to : undefined
  }
}
