const KEY = 'drafts'

/** What was begun and not sent, by whom it is for. */
export class Drafts {
  readonly #texts: Map<string, string>

  constructor(texts: Iterable<readonly [string, string]> = []) {
    this.#texts = new Map(texts)
  }

  /** Those that a page before this one noted. */
  static from(unsaved: ReadonlyMap<string, unknown>): Drafts {
    return new Drafts(unsaved.get(KEY) as [string, string][] | undefined)
  }

  /**
   * The text to go on with when another target is chosen. What was begun for everyone comes along to a person for whom
   * nothing waits: whoever chooses after writing means this text. What was begun for a person stays theirs: it is never
   * found in the field when the target is somebody else.
   */
  exchange(from: string, text: string, to: string): string {
    const waiting = this.#texts.get(to) ?? ''
    this.#texts.delete(to)
    if (from === 'all' && waiting === '') return text
    if (text !== '') this.#texts.set(from, text)
    return waiting
  }

  /** For a page that goes on: `text` is what is in the field, for `target`. */
  note(unsaved: Map<string, unknown>, target: string, text: string): void {
    const left = new Map(this.#texts)
    if (text !== '') left.set(target, text)
    if (left.size > 0) unsaved.set(KEY, [...left])
    else unsaved.delete(KEY)
  }
}
