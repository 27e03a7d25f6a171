/** What is wrong with a message that came, and whose it claims to be. Shown, never hidden: silence is what a liar wants. */
export type Trouble = {
  readonly code: 'unreadable' | 'newer-version' | 'broken-chain' | 'replayed' | 'fork'
  readonly alias: string
}

export const TROUBLES = {
  unreadable: 'A message cannot be opened: it is damaged, or not by the one it names as its author.',
  'newer-version': 'A message needs a newer version of this program.',
  'broken-chain': 'Messages before this one are missing.',
  replayed: 'The server sent a message again, or out of its order; it is not shown.',
  fork: 'The server shows members different histories of this room.',
} as const satisfies Record<Trouble['code'], string>
