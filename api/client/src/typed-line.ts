import { LIMITS, type LineProblem, parseLine, unreachable } from '@chat-room/protocol'
import { type Commanded, NOT_INSIDE, refusesTarget, runCommand } from './commands.ts'
import type { ErrorCode } from './events.ts'

/** A line as typed: a message, or a command (M7). */
export function takeLine(by: Commanded, line: string): void {
  const parsed = parseLine(line)
  switch (parsed.kind) {
    case 'nothing':
      return
    case 'problem':
      return by.error(PROBLEM_CODES[parsed.reason], parsed.message)
    case 'message':
      return say(by, parsed.text)
    case 'command':
      return runCommand(by, parsed.command)
    default:
      return unreachable(parsed)
  }
}

function say(by: Commanded, text: string): void {
  if (by.membership === undefined) return by.error('message', NOT_INSIDE)
  if (refusesTarget(by, by.membership)) return
  // What is sealed is JSON, in which a control character is six times as long.
  if (JSON.stringify(text).length > LIMITS.bodyLength) return by.error('message', UNSPEAKABLE)
  by.membership.say(by.target, { kind: 'text', text })
}

const PROBLEM_CODES = {
  'too-long': 'message',
  'unknown-command': 'command',
  'wrong-parameters': 'command',
} as const satisfies Record<LineProblem, ErrorCode>

const UNSPEAKABLE = 'This message has too many control characters to be sent.'
