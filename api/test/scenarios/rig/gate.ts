import type { Frame } from './wiretap.ts'

/** Lets so many segments pass that come from one side, and holds back those behind them until it is opened. */
export class Gate {
  readonly #from: Frame['from']
  readonly #opened = Promise.withResolvers<void>()
  readonly #reached = Promise.withResolvers<void>()
  #left: number

  constructor(from: Frame['from'], segments: number) {
    this.#from = from
    this.#left = segments
  }

  /** For a wiretap. */
  readonly hold = ({ from, isBinary }: Frame): Promise<void> | undefined => {
    if (from !== this.#from || !isBinary || this.#left-- > 0) return undefined
    this.#reached.resolve()
    return this.#opened.promise
  }

  /** Resolves when something is held back. */
  get reached(): Promise<void> {
    return this.#reached.promise
  }

  open(): void {
    this.#opened.resolve()
  }
}
