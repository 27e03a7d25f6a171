import { ENVELOPE_BYTES } from '../room/ports.ts'

/** Sealed bytes as they are sent: base64url without padding. */
const textLength = (bytes: number) => Math.ceil((bytes * 4) / 3)

/**
 * How much of a page is left. The first entry always fits, so that an entry larger than a page does not stop a reader
 * for ever.
 */
export class PageBudget {
  readonly #bytes: number
  #used = 0

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  /** Takes an entry of so many sealed bytes into the page, or says that it does not fit. */
  take(sealedBytes: number): boolean {
    const used = this.#used + textLength(sealedBytes) + ENVELOPE_BYTES
    if (this.#used > 0 && used >= this.#bytes) return false
    this.#used = used
    return true
  }
}
