import { failure, ok, type Result } from '@chat-room/protocol'
import * as v from 'valibot'
import type { Id, Outcome, TransferFacts } from '../../relay/ports.ts'

/** What a transfer's directory says of it, as JSON: facts, and how it ended for whom. */
export type TransferRecord = {
  readonly facts: TransferFacts
  readonly outcomes: ReadonlyMap<Id, Outcome>
}

const schema = v.strictObject({
  version: v.literal(1),
  facts: v.strictObject({
    transfer: v.pipe(v.string(), v.regex(/^[\w-]{22}$/)),
    room: v.string(),
    sender: v.string(),
    to: v.string(),
    size: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    segmentSize: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    secretHash: v.string(),
    created: v.number(),
  }),
  outcomes: v.array(v.tuple([v.string(), v.picklist(['received', 'declined'])])),
})

export const encodeTransferRecord = ({ facts, outcomes }: TransferRecord): string =>
  JSON.stringify({ version: 1, facts, outcomes: [...outcomes] })

export function decodeTransferRecord(text: string): Result<TransferRecord, 'not-a-record'> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return failure('not-a-record')
  }
  const parsed = v.safeParse(schema, value)
  if (!parsed.success) return failure('not-a-record')
  const { facts, outcomes } = parsed.output
  return ok({ facts, outcomes: new Map(outcomes) })
}
