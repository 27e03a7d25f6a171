/** What a person may do with one of the files, and why it cannot be done now: a sentence, or undefined if it was done. */
export type Controls = {
  accept(): string | undefined
  decline(): string | undefined
  cancel(): string | undefined
  pause(): string | undefined
  continue(): string | undefined
}

export type Control = keyof Controls

export const UNDONE = {
  over: 'It is over already.',
  received: 'It has arrived already.',
  sent: 'The server has all of it already.',
  paused: 'It is paused already.',
  goesOn: 'It is not paused.',
  finishing: 'All of it is here and being checked.',
  undecided: 'It was not accepted yet: :Accept fetches it.',
  accepted: 'It was accepted already.',
  own: 'It is your own: :Cancel takes it back.',
  interrupted: 'It does not move: :Continue goes on with it.',
} as const
