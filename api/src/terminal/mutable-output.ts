import { Writable } from 'node:stream'

export type TerminalOutput = Writable & { readonly columns?: number; readonly isTTY?: boolean }

/** Passes on what an editor draws, unless what is typed must not be seen. */
export class MutableOutput extends Writable {
  readonly #terminal: TerminalOutput
  readonly #resized = () => this.emit('resize')
  muted = false

  constructor(terminal: TerminalOutput) {
    super({ decodeStrings: false })
    this.#terminal = terminal
    terminal.on('resize', this.#resized)
  }

  /** Asked for by `node:readline`. */
  get columns(): number {
    return this.#terminal.columns ?? 80
  }

  override _write(text: string | Uint8Array, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    if (!this.muted) this.#terminal.write(text)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#terminal.off('resize', this.#resized)
    done(error)
  }
}
