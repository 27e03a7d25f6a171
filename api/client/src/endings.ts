import type { CloseName } from '@chat-room/protocol'

/** Why a client ends, or begins anew, in words for its person. */
export const ANOTHER_ROOM = 'The server answers for another room than the one that was asked for.'

export const REPLACED = 'Another connection of yours took over this place in the room.'

export const RESUME_REFUSED =
  'You were away for too long: the room let go of your place. What you wrote meanwhile is sent when you are back.'

export const closedAs = (close: CloseName): string => `The server ended the connection: ${close}.`

export const failedBy = (error: unknown): string =>
  `This program failed: ${error instanceof Error ? error.message : String(error)}`
