import type { RoomEvent } from '../view/room-event.ts'

/** What is read aloud to whoever does not see it: never the history, never one's own words. */
export type News = { readonly key: number } & (
  | { readonly kind: 'heard'; readonly from: string; readonly text: string; readonly isDirect: boolean }
  | { readonly kind: 'offered'; readonly from: string; readonly name: string }
  | { readonly kind: 'new-key'; readonly from: string }
)

/** As much as one would listen to. */
const KEPT = 5

export class NewsReel {
  #items: readonly News[] = []
  #last = 0

  get items(): readonly News[] {
    return this.#items
  }

  apply(event: RoomEvent): void {
    if (event.type === 'new-key') return this.#add({ key: this.#next(), kind: 'new-key', from: event.alias })
    if (event.type !== 'message' && event.type !== 'file-offered') return
    if (event.history === true || (event.type === 'message' && event.own === true)) return
    const key = this.#next()
    const { from } = event
    this.#add(
      event.type === 'message'
        ? { key, kind: 'heard', from, text: event.text, isDirect: event.to !== 'all' }
        : { key, kind: 'offered', from, name: event.name },
    )
  }

  #next(): number {
    return ++this.#last
  }

  #add(news: News): void {
    this.#items = [...this.#items.slice(1 - KEPT), news]
  }
}
