import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  CLOSE,
  clientMessageSchema,
  LIMITS,
  REFUSALS,
  relayMessageSchema,
  segmentClientMessageSchema,
  serverMessageSchema,
  TIMES,
} from '@chat-room/protocol'
import { createSegmentSocket } from '../src/segment-socket.ts'
import { BareClient, BareSegments, base64url, type Message } from './support/bare-client.ts'
import { frame, provide } from './support/malformed-segments.ts'
import { ruleIds, tableUnder } from './support/protocol-document.ts'
import { type ServedRooms, serveRooms } from './support/served-room.ts'

suite('PROTOCOL.md and the code say the same', () => {
  test('no rule has the id of another, and they ascend', () => {
    const numbers = ruleIds().map(id => Number(id.slice(1)))
    assert.ok(numbers.length > 60)
    assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b))
  })

  test('P16: close codes', () => {
    const rows = Object.entries(CLOSE).map(([name, close]) => [name, ...Object.values(close).map(String)])
    assert.deepEqual(tableUnder('close', 'code', 'reason', 'then'), rows)
  })

  test('P17: refusals', () => {
    assert.deepEqual(tableUnder('refusal', 'meaning'), Object.entries(REFUSALS))
  })

  test('P15: limits and times', () => {
    const valuesOf = (rows: readonly (readonly string[])[]) =>
      Object.fromEntries(rows.map(([name, value]) => [name, Number(value)]))
    assert.deepEqual(valuesOf(tableUnder('limit', 'value', 'of what')), { ...LIMITS })
    assert.deepEqual(valuesOf(tableUnder('time', 'milliseconds', 'of what')), { ...TIMES })
  })

  type Field = { readonly type: string; readonly literal?: unknown }
  type Options = readonly { readonly entries: Readonly<Record<string, Field>> }[]
  const described = (options: Options) =>
    options.map(({ entries: { type, ...fields } }) => [
      type?.literal,
      Object.entries(fields)
        .map(([name, field]) => (field.type === 'optional' ? `${name}?` : name))
        .join(', '),
    ])
  const tables = [
    [clientMessageSchema, tableUnder('client says', 'fields', ...STATES)],
    [serverMessageSchema, tableUnder('server says', 'fields', 'when')],
    [segmentClientMessageSchema, tableUnder('client says', 'fields', 'answer')],
    [relayMessageSchema, tableUnder('relay says', 'fields', 'when')],
  ] as const
  for (const [schema, rows] of tables) {
    test(`P4, P5: messages and fields, from ${rows[0]?.[0]} to ${rows.at(-1)?.[0]}`, () => {
      const told = rows.map(([type, fields]) => [type, fields])
      assert.deepEqual(told, described(schema.options as unknown as Options))
    })
  }
})

let server: ServedRooms
before(async () => {
  server = await serveRooms()
})
after(async () => {
  const { errors } = server
  await server[Symbol.asyncDispose]()
  assert.deepEqual(errors, [])
})

let rooms = 0
const freshRoom = (): string => `room-${++rooms}`

/** Another member of the same room. */
async function companionOf(client: BareClient): Promise<BareClient> {
  const other = await BareClient.open(server, client.room)
  await other.logIn()
  await other.ask(other.join(), 'joined')
  await client.expect('entry')
  return other
}

const STATES = ['unclaimed', 'claimed', 'creating', 'logging-in', 'admitted', 'joined'] as const
type State = (typeof STATES)[number]

/** A connection in this state, and the secret of a member who dropped out of its room. */
async function bring(state: State): Promise<{ readonly client: BareClient; readonly secret: string }> {
  const room = freshRoom()
  if (state === 'unclaimed' || state === 'creating') {
    const client = await BareClient.open(server, room)
    if (state === 'creating') await client.startCreation()
    return { client, secret: base64url(32) }
  }
  const dropped = await BareClient.open(server, room)
  await dropped.create()
  await dropped.logIn()
  const { secret } = await dropped.ask(dropped.join(), 'joined')
  await dropped.close()
  const client = await BareClient.open(server, room)
  if (state === 'logging-in') await client.startLogin()
  if (state === 'admitted' || state === 'joined') await client.logIn()
  if (state === 'joined') await client.ask(client.join(), 'joined')
  return { client, secret: String(secret) }
}

/** One of each type, as right as the state allows. */
async function wellFormed(type: string, state: State, client: BareClient, secret: string): Promise<Message> {
  const id = base64url(16)
  // The identity element is refused by OPAQUE; any other encoded element serves as a blinded one.
  const element = '4vKuDgKoIN2LqAiNaCRfrAv5gVrNlLvAG0bQ4dI4JHY'.slice(0, 43)
  switch (type) {
    case 'start-creation':
      return { type, request: await elementOr(element) }
    case 'finish-creation':
      return state === 'creating'
        ? client.finishCreation()
        : { type, record: base64url(192), wrap: base64url(97), profile: 1 }
    case 'start-login':
      return { type, request: await ke1() }
    case 'finish-login':
      return state === 'logging-in' ? client.finishLogin() : { type, finish: base64url(64) }
    case 'join':
      return client.join()
    case 'resume':
      return { type, secret, log: id, seq: 0, mailbox: 0 }
    case 'hello':
      return { type, session: id, hello: 'AA' }
    case 'send':
      return { type, id, to: 'all', sealed: 'AA' }
    case 'check':
      return { type, ids: [id] }
    case 'fetch':
      return { type, direction: 'after', seq: 0 }
    case 'fetch-mailbox':
      return { type, after: 0 }
    case 'confirm':
      return { type, seq: 0, mailbox: 0 }
    case 'fetch-hellos':
      return { type, sessions: [id] }
    case 'ephemeral':
      return { type, to: 'all', sealed: 'AA' }
    case 'request-ticket':
      return { type }
    default:
      return { type, bye: 'AA' }
  }
}
