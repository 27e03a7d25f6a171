import * as v from 'valibot'
import { type ClientMessage, clientMessageSchema } from './client-messages.ts'
import { CLOSE_REASON_BYTES } from './close-codes.ts'
import { failure, ok, type Result } from './result.ts'
import {
  type RelayMessage,
  relayMessageSchema,
  type SegmentClientMessage,
  segmentClientMessageSchema,
} from './segment-messages.ts'
import { type ServerMessage, serverMessageSchema } from './server-messages.ts'

/** What is wrong with a text frame, in words that fit a close frame and repeat nothing of what arrived. */
export type Malformed = {
  readonly reason: 'not-json' | 'unknown-type' | 'wrong-field'
  readonly message: string
}

type Schema<T> = v.GenericSchema<unknown, T>

/** A fresh object of checked fields, or the name of the field that is wrong. */
function parse<T>(schema: Schema<T>, text: string): Result<T, Malformed> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return failure({ reason: 'not-json', message: 'not JSON' })
  }
  const parsed = v.safeParse(schema, value, { abortEarly: true })
  if (parsed.success) return ok(parsed.output)
  return failure(describe(parsed.issues[0]))
}

function describe(issue: v.BaseIssue<unknown>): Malformed {
  const path = issue.path?.map(item => String(item.key)).join('.') ?? ''
  if (path === '') return { reason: 'wrong-field', message: 'not an object' }
  if (path === 'type') return { reason: 'unknown-type', message: 'type: missing or unknown' }
  // Valibot's own messages quote what arrived; only ours (which do not) may go back to the peer.
  const ours = issue.kind === 'validation'
  const what = ours
    ? issue.message
    : issue.expected === 'never'
      ? 'is not known'
      : 'is missing or of the wrong type'
  const message = `${path}: ${what}`
  return { reason: 'wrong-field', message: message.slice(0, CLOSE_REASON_BYTES).replace(/[^ -~]/g, '?') }
}

export const parseClientMessage = (text: string): Result<ClientMessage, Malformed> =>
  parse<ClientMessage>(clientMessageSchema, text)

export const parseSegmentClientMessage = (text: string): Result<SegmentClientMessage, Malformed> =>
  parse<SegmentClientMessage>(segmentClientMessageSchema, text)

export const parseServerMessage = (text: string): Result<ServerMessage, Malformed> =>
  parse<ServerMessage>(serverMessageSchema, text)

export const parseRelayMessage = (text: string): Result<RelayMessage, Malformed> =>
  parse<RelayMessage>(relayMessageSchema, text)
