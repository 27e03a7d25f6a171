/**
 * What is before the eyes while rows come and go around it. Not every engine anchors its scrolling, and none may do it
 * twice: the scroller has `overflow-anchor: none` and this does it for all of them.
 */
export class ReadingPlace {
  #row: Element | undefined
  #top = 0

  /** Before rows change: the first row that can be seen, and where it is. */
  remember(scroller: HTMLElement | null): void {
    this.#row = undefined
    const rows = scroller?.firstElementChild?.children
    if (scroller === null || rows === undefined) return
    const { top } = scroller.getBoundingClientRect()
    const row = firstBelow(rows, top)
    if (row === undefined) return
    this.#row = row
    this.#top = row.getBoundingClientRect().top
  }

  /** After it: that row is where it was. */
  restore(scroller: HTMLElement): void {
    const row = this.#row
    if (row?.isConnected !== true) return
    const moved = row.getBoundingClientRect().top - this.#top
    if (Math.abs(moved) >= 1) scroller.scrollTop += moved
  }
}

/** Rows stand one below the other: half of them are left out with every look. */
function firstBelow(rows: HTMLCollection, top: number): Element | undefined {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row !== undefined && row.getBoundingClientRect().bottom > top) high = middle
    else low = middle + 1
  }
  return rows[low]
}
