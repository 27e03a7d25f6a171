/** The number on the app's icon, where it has one. */
export class Badge {
  #shown = 0

  show(count: number): void {
    if (count === this.#shown) return
    this.#shown = count
    // Not installed, or not allowed: the title says it too.
    if (count === 0) navigator.clearAppBadge?.().catch(() => {})
    else navigator.setAppBadge?.(count).catch(() => {})
  }
}
