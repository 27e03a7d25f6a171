/** What was begun and not sent, by whom it is for: in memory, and gone with the page. */
export class Drafts {
  readonly #texts = new Map<string, string>()

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
}
