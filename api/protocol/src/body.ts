import * as v from 'valibot'
import { LIMITS } from './limits.ts'
import { failure, ok, type Result } from './result.ts'
import { bytes, bytesBetween, count, id16 } from './schema.ts'
import { utf8Length } from './utf8-length.ts'

/**
 * What lies inside a sealed message: known to clients alone, as JSON, so that a kind or a field that comes later breaks
 * no client that is here today.
 */

/** As long as a typed line may be: what no client of ours sends is not laid out on anybody's screen. */
const spoken = v.pipe(
  v.string(),
  v.check(text => utf8Length(text) <= LIMITS.messageBytes, 'is too long'),
)

/** The newest log entry that the author held when sealing: two members who compare notes see a fork. */
const head = v.object({ log: id16, seq: count, hash: bytes(32) })

const common = {
  head: v.optional(head),
  /** When it was written, in the author's own time, if it waited in an outbox. */
  written: v.optional(count),
}

const schemas = {
  text: v.object({ kind: v.literal('text'), text: spoken, ...common }),

  /** A file: where the relay keeps it and how it is opened. */
  offer: v.object({
    kind: v.literal('offer'),
    transfer: id16,
    key: bytes(32),
    /** Plaintext bytes. */
    size: count,
    segmentSize: count,
    name: v.pipe(v.string(), v.maxLength(1024)),
    mime: v.pipe(v.string(), v.maxLength(127)),
    /** Files of one folder have the same `id`; `path` is where it lies in it: `photos/2024`. As hostile as a name (P88). */
    folder: v.optional(v.object({ id: id16, path: v.pipe(v.string(), v.maxLength(4096)) })),
    /** A small picture of it, made by the sender. */
    preview: v.optional(bytesBetween(1, LIMITS.previewBytes)),
    ...common,
  }),

  /** DMs that were shown to their recipient. */
  receipt: v.object({
    kind: v.literal('receipt'),
    ids: v.pipe(v.array(id16), v.maxLength(LIMITS.idsPerFrame)),
    ...common,
  }),

  bye: v.object({ kind: v.literal('bye'), ...common }),
} as const

type Schemas = typeof schemas

export type Body = { readonly [K in keyof Schemas]: Readonly<v.InferOutput<Schemas[K]>> }[keyof Schemas]
export type BodyOf<K extends Body['kind']> = Extract<Body, { readonly kind: K }>
export type Offer = BodyOf<'offer'>
export type Head = v.InferOutput<typeof head>

const bodySchema = v.variant('kind', Object.values(schemas) as [Schemas[keyof Schemas]])

export type BodyProblem =
  /** Not JSON, or a known kind with wrong fields: its author is broken or hostile. */
  | 'malformed'
  /** A kind from a newer version. */
  | 'unknown-kind'

export const encodeBody = (body: Body): string => JSON.stringify(body)

export function parseBody(text: string): Result<Body, BodyProblem> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return failure('malformed')
  }
  const parsed = v.safeParse(bodySchema, value)
  if (parsed.success) return ok(parsed.output)
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  return failure(typeof kind === 'string' && !Object.hasOwn(schemas, kind) ? 'unknown-kind' : 'malformed')
}

/** What an ephemeral message may say. */
const ephemeralSchema = v.variant('kind', [v.object({ kind: v.literal('typing'), typing: v.boolean() })])

export type EphemeralBody = Readonly<v.InferOutput<typeof ephemeralSchema>>

export const encodeEphemeralBody = (body: EphemeralBody): string => JSON.stringify(body)

export function parseEphemeralBody(text: string): EphemeralBody | undefined {
  try {
    const parsed = v.safeParse(ephemeralSchema, JSON.parse(text))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
