import * as v from 'valibot'
import { type ClientMessage, clientMessageSchemas } from './client-messages.ts'
import { isSend } from './is-send.ts'
import { failure, ok, type Result } from './result.ts'
import {
  type RelayMessage,
  relayMessageSchemas,
  type SegmentClientMessage,
  segmentClientMessageSchemas,
} from './segment-messages.ts'
import { type ServerMessage, serverMessageSchemas } from './server-messages.ts'

/** What is wrong with a text frame, in words that fit a close frame and repeat nothing of what arrived. */
export type Malformed = {
  readonly reason: 'not-json' | 'unknown-type' | 'wrong-field'
  readonly message: string
}

/** One for each `type`: found by its name, so that a message costs the same whichever it is. */
type Schemas<T> = Readonly<Record<string, v.GenericSchema<unknown, T>>>

type Shortcut<T> = (value: object) => value is T & object

/** A fresh object of checked fields, or the name of the field that is wrong. What the shortcut knows needs no schema. */
function parse<T>(schemas: Schemas<T>, text: string, shortcut?: Shortcut<T>): Result<T, Malformed> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return failure({ reason: 'not-json', message: 'not JSON' })
  }
  if (typeof value !== 'object' || value === null) {
    return failure({ reason: 'wrong-field', message: 'not an object' })
  }
  if (shortcut?.(value)) return ok(value)
  const type = 'type' in value ? value.type : undefined
  const schema = typeof type === 'string' && Object.hasOwn(schemas, type) ? schemas[type] : undefined
  if (schema === undefined) return failure({ reason: 'unknown-type', message: 'type: missing or unknown' })
  const parsed = v.safeParse(schema, value, { abortEarly: true })
  if (parsed.success) return ok(parsed.output)
  return failure(describe(parsed.issues[0]))
}

function describe(issue: v.BaseIssue<unknown>): Malformed {
  // An extra field's name is the sender's own: it is not repeated. All other paths are the schema's.
  if (issue.expected === 'never') return { reason: 'wrong-field', message: 'has a field that is not known' }
  const path = issue.path?.map(item => String(item.key)).join('.') ?? ''
  return { reason: 'wrong-field', message: `${path}: ${whatIsWrong(issue)}` }
}

/** Valibot's own messages quote what arrived; ours, which are those of validations, do not. */
function whatIsWrong({ kind, received, message }: v.BaseIssue<unknown>): string {
  if (kind === 'validation') return message
  return received === 'undefined' ? 'is missing' : 'has a wrong type or value'
}

export const parseClientMessage = (text: string): Result<ClientMessage, Malformed> =>
  parse<ClientMessage>(clientMessageSchemas, text, isSend)

export const parseSegmentClientMessage = (text: string): Result<SegmentClientMessage, Malformed> =>
  parse<SegmentClientMessage>(segmentClientMessageSchemas, text)

export const parseServerMessage = (text: string): Result<ServerMessage, Malformed> =>
  parse<ServerMessage>(serverMessageSchemas, text)

export const parseRelayMessage = (text: string): Result<RelayMessage, Malformed> =>
  parse<RelayMessage>(relayMessageSchemas, text)
