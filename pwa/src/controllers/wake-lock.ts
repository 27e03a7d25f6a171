import type { ReactiveController } from 'lit'

/** Keeps the screen on while something moves that a sleeping device would stop. */
export class WakeLock implements ReactiveController {
  #isWanted = false
  #held: Promise<WakeLockSentinel | undefined> | undefined
  // A page that is hidden loses it, and nobody gives it back.
  readonly #settle = () => {
    if (this.#isWanted && document.visibilityState === 'visible') this.#held ??= request()
    else if (this.#held !== undefined) {
      this.#held.then(sentinel => sentinel?.release()).catch(() => {})
      this.#held = undefined
    }
  }

  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return
    this.#isWanted = isWanted
    this.#settle()
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#settle)
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#settle)
    this.want(false)
  }
}

/** Undefined: the device saves its battery, or has no such thing. */
const request = async (): Promise<WakeLockSentinel | undefined> =>
  await navigator.wakeLock?.request('screen').catch(() => undefined)
