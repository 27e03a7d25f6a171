const KEY = 'drafts'

/** What was begun and not sent, by whom it is for: in memory, and gone with the page, unless that starts anew by itself. */
export class Drafts {
  readonly #texts: Map<string, string>

  constructor(texts: Iterable<readonly [string, string]> = []) {
    this.#texts = new Map(texts)
  }

  /** Those that `leave` left to this page; they are here now, and nowhere else. */
  static takeOver(storage: Storage): Drafts {
    const left = storage.getItem(KEY)
    storage.removeItem(KEY)
    return new Drafts(left === null ? [] : (JSON.parse(left) as [string, string][]))
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

  /** To the page that comes after this one in its tab: `text` is what is in the field, for `target`. */
  leave(storage: Storage, target: string, text: string): void {
    const left = [...this.#texts]
    if (text !== '') left.push([target, text])
    if (left.length > 0) storage.setItem(KEY, JSON.stringify(left))
  }
}
