import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Whole seconds until a moment; its host is drawn anew every second until then. */
export class Countdown implements ReactiveController {
  readonly #host: ReactiveControllerHost
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  /** At least 1 as long as it is not over; `until` in milliseconds since 1970. */
  secondsTo(until: number): number {
    const left = Math.max(until - Date.now(), 0)
    clearTimeout(this.#timer)
    if (left > 0) this.#timer = setTimeout(() => this.#host.requestUpdate(), left % 1000 || 1000)
    return Math.ceil(left / 1000)
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer)
  }
}
