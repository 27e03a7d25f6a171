import { PassThrough, Writable } from 'node:stream'

/** What a person sees of what a program draws: text, line ends, cursor moves and clearing; colours are left out. */
export class FakeTerminal extends Writable {
  readonly isTTY = true
  readonly columns: number
  /** Everything that was written, as it was. */
  raw = ''
  #rows: string[][] = [[]]
  #row = 0
  #column = 0

  constructor(columns: number) {
    super({ decodeStrings: false })
    this.columns = columns
  }

  /** Rows without blanks at their ends, and without empty rows at the bottom. */
  get seen(): readonly string[] {
    const rows = this.#rows.map(row =>
      Array.from(row, cell => cell ?? ' ')
        .join('')
        .trimEnd(),
    )
    while (rows.at(-1) === '') rows.pop()
    return rows
  }

  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column }
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = chunk.toString()
    this.raw += text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is driven by them
    for (const [piece] of text.matchAll(/\u001b\[[0-9;?]*[A-Za-z]|./gsu)) {
      if (piece.startsWith('\u001b[')) this.#obey(piece)
      else this.#put(piece)
    }
    done()
  }

  #obey(sequence: string): void {
    const count = Number(sequence.slice(2, -1) || 1)
    switch (sequence.at(-1)) {
      case 'A':
        this.#row = Math.max(this.#row - count, 0)
        break
      case 'B':
        this.#moveDown(count)
        break
      case 'C':
        this.#column = Math.min(this.#column + count, this.columns - 1)
        break
      case 'D':
        this.#column = Math.max(this.#column - count, 0)
        break
      case 'G':
        this.#column = count - 1
        break
      case 'J':
        this.#rows.length = this.#row + 1
        this.#rows[this.#row]?.splice(this.#column)
        break
      case 'K':
        this.#rows[this.#row]?.splice(this.#column)
        break
      case 'm':
        break
      default:
        throw new Error(`this terminal does not know ${JSON.stringify(sequence)}`)
    }
  }

  #put(character: string): void {
    switch (character) {
      case '\r':
        this.#column = 0
        break
      case '\n':
        this.#moveDown(1)
        this.#column = 0
        break
      default: {
        if (this.#column >= this.columns) {
          this.#moveDown(1)
          this.#column = 0
        }
        const row = this.#rows[this.#row]
        if (row !== undefined) row[this.#column] = character
        this.#column++
      }
    }
  }

  #moveDown(count: number): void {
    this.#row += count
    while (this.#rows.length <= this.#row) this.#rows.push([])
  }
}

/** A keyboard. */
export class FakeKeyboard extends PassThrough {
  readonly isTTY = true
  isRaw = false

  setRawMode(raw: boolean): this {
    this.isRaw = raw
    return this
  }

  type(keys: string): void {
    this.write(keys)
  }
}
