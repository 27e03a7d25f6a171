import { chime } from './chime.ts'
import type { News } from './news.ts'
import { clearNotifications, notify } from './notifications.ts'
import type { Preferences } from './preferences.ts'

/** Calls whoever looks elsewhere, in the ways that they chose, once for each thing that is new. */
export class Calling {
  #last = 0

  tell(news: readonly News[], { notifies, sounds }: Preferences, textOf: (each: News) => string): void {
    const fresh = news.filter(({ key }) => key > this.#last)
    this.#last = news.at(-1)?.key ?? this.#last
    if (fresh.length === 0) return
    if (notifies && document.visibilityState === 'hidden') notify(fresh, textOf)
    if (sounds && !document.hasFocus()) chime()
  }

  /** The page is looked at. */
  seen(): void {
    if (document.visibilityState === 'visible') clearNotifications().catch(() => {})
  }
}
