/**
 * Why a socket was closed, and what its client does next. One table for both sockets.
 *
 * - `retry`: come back by itself, with back-off and jitter.
 * - `stop`: do not come back by itself; a person decides.
 */
export const CLOSE = {
  left: { code: 1000, reason: 'left the room', then: 'stop' },
  shuttingDown: { code: 1001, reason: 'the server is shutting down', then: 'retry' },
  unexpectedBinary: { code: 1003, reason: 'binary frames belong on the segment socket', then: 'stop' },
  invalidUtf8: { code: 1007, reason: 'a text frame is not valid UTF-8', then: 'stop' },
  frameTooLarge: { code: 1009, reason: 'a frame is larger than allowed', then: 'stop' },
  internalError: { code: 1011, reason: 'the server failed; it has been logged', then: 'retry' },
  malformed: { code: 4400, reason: 'malformed message', then: 'stop' },
  notAttached: { code: 4401, reason: 'the ticket is unknown, used or expired', then: 'retry' },
  idle: { code: 4408, reason: 'nothing joined in time', then: 'retry' },
  replaced: { code: 4409, reason: 'this member connected from elsewhere', then: 'stop' },
  slowReader: { code: 4413, reason: 'this client does not read what it is sent', then: 'retry' },
  unanswered: { code: 4414, reason: 'pings were not answered', then: 'retry' },
  flooding: { code: 4429, reason: 'too many messages', then: 'retry' },
} as const

export type CloseName = keyof typeof CLOSE

const byCode = new Map(Object.entries(CLOSE).map(([name, entry]) => [entry.code as number, name as CloseName]))

/** The name of a close code of ours, or undefined: 1006 (no close frame at all) and strangers mean `retry`. */
export const closeName = (code: number): CloseName | undefined => byCode.get(code)

/** RFC 6455 section 5.5: a close frame's reason has at most 123 bytes. */
export const CLOSE_REASON_BYTES = 123
