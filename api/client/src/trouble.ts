import type { ClientEvent } from './events.ts'

/** What is wrong with a message that came, and whose it claims to be. Shown, never hidden: silence is what a liar wants. */
export type AuthorTrouble = {
  readonly code: 'unreadable' | 'newer-version' | 'broken-chain' | 'replayed' | 'fork'
  readonly alias: string
}

export type Trouble =
  | AuthorTrouble
  /** Whose it is cannot be told, or it is nobody's but the server's. */
  | { readonly code: 'hidden' | 'replayed' | 'fork'; readonly alias?: undefined }

const TROUBLES = {
  unreadable: 'A message cannot be opened: it is damaged, or not by the one it names as its author.',
  'newer-version': 'A message needs a newer version of this program.',
  'broken-chain': 'Messages before this one are missing.',
  replayed: 'The server sent a message again, or out of its order; it is not shown.',
  fork: 'The server shows members different histories of this room.',
  hidden: 'Messages of somebody who cannot be verified are not shown; they take the place of older ones.',
} as const satisfies Record<Trouble['code'], string>

/** Tells each kind once for each author: a broken chain does not fill the screen. */
export class TroubleTeller {
  readonly #emit: (event: ClientEvent) => void
  readonly #told = new Set<string>()

  constructor(emit: (event: ClientEvent) => void) {
    this.#emit = emit
  }

  tell({ code, alias }: Trouble): void {
    const key = `${code} ${alias ?? ''}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    const whose = alias === undefined ? '' : ` (${alias})`
    this.#emit({ type: 'error', code, message: TROUBLES[code] + whose })
  }
}
