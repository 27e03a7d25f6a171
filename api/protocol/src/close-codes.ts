/**
 * Why a socket was closed, and what its client does next. One table for both sockets.
 *
 * - `retry`: come back by itself, with back-off and jitter.
 * - `stop`: do not come back by itself; a person decides.
 */
export const CLOSE = {
  left: { code: 1000, reason: 'left the room', next: 'stop' },
  shuttingDown: { code: 1001, reason: 'the server is shutting down', next: 'retry' },
  unexpectedBinary: { code: 1003, reason: 'binary frames belong on the segment socket', next: 'stop' },
  invalidUtf8: { code: 1007, reason: 'a text frame is not valid UTF-8', next: 'stop' },
  frameTooLarge: { code: 1009, reason: 'a frame is larger than allowed', next: 'stop' },
  internalError: { code: 1011, reason: 'the server failed; it has been logged', next: 'retry' },
  malformed: { code: 4400, reason: 'malformed message', next: 'stop' },
  notAttached: { code: 4401, reason: 'the ticket is unknown, used or expired', next: 'retry' },
  idle: { code: 4408, reason: 'nothing joined in time', next: 'retry' },
  replaced: { code: 4409, reason: 'this member connected from elsewhere', next: 'stop' },
  slowReader: { code: 4413, reason: 'this client does not read what it is sent', next: 'retry' },
  unanswered: { code: 4414, reason: 'pings were not answered', next: 'retry' },
  flooding: { code: 4429, reason: 'too many messages', next: 'retry' },
} as const

export type CloseName = keyof typeof CLOSE

const byCode = new Map(
  Object.entries(CLOSE).map(([name, entry]) => [entry.code as number, name as CloseName]),
)

/** The name of a close code of ours, or undefined: 1006 (no close frame at all) and strangers mean `retry`. */
export const closeName = (code: number): CloseName | undefined => byCode.get(code)

/** RFC 6455 section 5.5: a close frame's reason has at most 123 bytes. */
export const CLOSE_REASON_BYTES = 123
