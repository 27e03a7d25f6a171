import type { ReactiveControllerHost } from 'lit'

/** A part of the app that is fetched when it is nearly needed; its host is drawn anew when it is here, or is not to be had. */
export class LazyPart {
  readonly #host: ReactiveControllerHost
  readonly #load: () => Promise<unknown>
  #state: 'away' | 'loading' | 'here' | 'failed' = 'away'

  constructor(host: ReactiveControllerHost, load: () => Promise<unknown>) {
    this.#host = host
    this.#load = load
  }

  get isHere(): boolean {
    return this.#state === 'here'
  }

  /** It is asked for again only by a person. */
  get hasFailed(): boolean {
    return this.#state === 'failed'
  }

  request(): void {
    if (this.#state === 'away') this.retry()
  }

  retry(): void {
    this.#state = 'loading'
    this.#load()
      .then(
        () => {
          this.#state = 'here'
        },
        () => {
          this.#state = 'failed'
        },
      )
      .finally(() => this.#host.requestUpdate())
  }
}
