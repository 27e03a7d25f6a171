import type { ReactiveController } from 'lit'

/**
 * Where a browser lays its on-screen keyboard over the page (`interactive-widget` is not known to it), the host is as high
 * as what is left: the composer stands on the keyboard.
 */
export class KeyboardInset implements ReactiveController {
  readonly #element: HTMLElement
  readonly #fit = () => {
    const viewport = visualViewport
    if (viewport === null) return
    // Somebody who zooms in wants to see a part of the page, not a smaller page.
    const isCovered = viewport.scale === 1 && window.innerHeight - viewport.height > 1
    this.#element.style.blockSize = isCovered ? `${viewport.height}px` : ''
    // Safari scrolls the page to show the field; in an app of its own scrollers there is nothing to scroll to.
    if (isCovered) window.scrollTo(0, 0)
  }

  constructor(element: HTMLElement) {
    this.#element = element
  }

  hostConnected(): void {
    visualViewport?.addEventListener('resize', this.#fit)
  }

  hostDisconnected(): void {
    visualViewport?.removeEventListener('resize', this.#fit)
  }
}
