import * as v from 'valibot'
import { type ClientMessage, clientMessageSchema } from './client-messages.ts'
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
  // An extra field's name is the sender's own: it is not repeated. All other paths are the schema's.
  if (issue.expected === 'never') return { reason: 'wrong-field', message: 'has a field that is not known' }
  const path = issue.path?.map(item => String(item.key)).join('.') ?? ''
  if (path === '') return { reason: 'wrong-field', message: 'not an object' }
  if (path === 'type') return { reason: 'unknown-type', message: 'type: missing or unknown' }
  return { reason: 'wrong-field', message: `${path}: ${whatIsWrong(issue)}` }
}

/** Valibot's own messages quote what arrived; ours, which are those of validations, do not. */
function whatIsWrong({ kind, received, message }: v.BaseIssue<unknown>): string {
  if (kind === 'validation') return message
  return received === 'undefined' ? 'is missing' : 'has a wrong type or value'
}

export const parseClientMessage = (text: string): Result<ClientMessage, Malformed> =>
  parse<ClientMessage>(clientMessageSchema, text)

export const parseSegmentClientMessage = (text: string): Result<SegmentClientMessage, Malformed> =>
  parse<SegmentClientMessage>(segmentClientMessageSchema, text)

export const parseServerMessage = (text: string): Result<ServerMessage, Malformed> =>
  parse<ServerMessage>(serverMessageSchema, text)

export const parseRelayMessage = (text: string): Result<RelayMessage, Malformed> =>
  parse<RelayMessage>(relayMessageSchema, text)
