import type { Staying } from './chosen-memory.ts'

const KEY = 'chat-room'

/**
 * Small things that make a device one's own: how it looks, what one was called last. Kept for who stays, and for nobody else;
 * what is read may be of any version.
 */
export class Notes {
  readonly #staying: Staying
  #notes: Readonly<Record<string, unknown>>

  constructor(staying: Staying) {
    this.#staying = staying
    this.#notes = readNotes()
  }

  get(name: string): unknown {
    return this.#notes[name]
  }

  set(name: string, value: unknown): void {
    this.#notes = { ...this.#notes, [name]: value }
    this.keep()
  }

  /** To be called again when somebody chose to stay. */
  keep(): void {
    if (!this.#staying.stays) return
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#notes))
    } catch {
      // A browser that keeps nothing: it is asked again next time.
    }
  }
}

function readNotes(): Readonly<Record<string, unknown>> {
  try {
    const notes: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof notes === 'object' && notes !== null ? { ...notes } : {}
  } catch {
    return {}
  }
}
