import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  CLOSE,
  clientMessageSchemas,
  LIMITS,
  REFUSALS,
  relayMessageSchemas,
  segmentClientMessageSchemas,
  serverMessageSchemas,
  TIMES,
} from '@chat-room/protocol'
import { createSegmentSocket } from '../src/segment-socket.ts'
import {
  BareClient,
  BareSegments,
  base64url,
  loginRequest,
  type Message,
  registrationRequest,
} from './support/bare-client.ts'
import { frame, provide } from './support/malformed-segments.ts'
import { ruleIds, tableUnder } from './support/protocol-document.ts'
import { type ServedRooms, serveRooms } from './support/served-room.ts'

const STATES = ['unclaimed', 'claimed', 'creating', 'logging-in', 'admitted', 'joined'] as const
type State = (typeof STATES)[number]

suite('PROTOCOL.md and the code say the same', () => {
  test('no rule has the id of another, and they ascend', () => {
    const numbers = ruleIds().map(id => Number(id.slice(1)))
    assert.ok(numbers.length > 60)
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    )
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
    [clientMessageSchemas, tableUnder('client says', 'fields', ...STATES)],
    [serverMessageSchemas, tableUnder('server says', 'fields', 'when')],
    [segmentClientMessageSchemas, tableUnder('client says', 'fields', 'answer')],
    [relayMessageSchemas, tableUnder('relay says', 'fields', 'when')],
  ] as const
  for (const [schema, rows] of tables) {
    test(`P4, P5: messages and fields, from ${rows[0]?.[0]} to ${rows.at(-1)?.[0]}`, () => {
      const told = rows.map(([type, fields]) => [type, fields])
      assert.deepEqual(told, described(Object.values(schema) as unknown as Options))
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
  await dropped.ask(dropped.join(), 'joined')
  await dropped.close()
  const client = await BareClient.open(server, room)
  if (state === 'logging-in') await client.startLogin()
  if (state === 'admitted' || state === 'joined') await client.logIn()
  if (state === 'joined') await client.ask(client.join(), 'joined')
  return { client, secret: dropped.secret }
}

/** One of each type, as right as the state allows. */
async function wellFormed(type: string, state: State, client: BareClient, secret: string): Promise<Message> {
  const id = base64url(16)
  switch (type) {
    case 'start-creation':
      return { type, request: await registrationRequest() }
    case 'finish-creation':
      return state === 'creating'
        ? client.finishCreation()
        : { type, record: base64url(192), wrap: base64url(97), profile: 1 }
    case 'start-login':
      return { type, request: await loginRequest() }
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
    case 'vanish':
      return { type }
    default:
      return { type, bye: 'AA' }
  }
}

suite('P7: what each message is answered with in each state', () => {
  for (const [type = '', , ...answers] of tableUnder('client says', 'fields', ...STATES)) {
    test(type, async () => {
      for (const [at, state] of STATES.entries()) {
        const { client, secret } = await bring(state)
        client.send(await wellFormed(type, state, client, secret))
        const expected = answers[at] ?? ''
        const refusal = /^\*(.*)\*$/.exec(expected)?.[1]
        if (refusal !== undefined) {
          const { code, what } = await client.expect('refused')
          assert.deepEqual({ state, code, what }, { state, code: refusal, what: type })
        } else if (expected !== '–') {
          await client.expect(expected)
        }
        // `already-claimed` and `created` are followed by the room's new state.
        if (refusal === 'already-claimed' || expected === 'created') await client.expect('room')
        if (expected === 'left') continue
        await assertLives(client)
        await client.close()
      }
    })
  }
})

/** Whatever was refused, the socket lives on. */
async function assertLives(client: BareClient): Promise<void> {
  client.send({ type: 'request-ticket' })
  const heard = await client.next()
  assert.ok('message' in heard && ['ticket', 'refused'].includes(heard.message.type))
}

suite('the room socket', () => {
  test('P23: of twenty that create together one does; the others are told, and asked for the password', async () => {
    const room = freshRoom()
    const clients = await Promise.all(Array.from({ length: 20 }, () => BareClient.open(server, room)))
    const finishes = await Promise.all(
      clients.map(async client => {
        await client.startCreation()
        return client.finishCreation()
      }),
    )
    for (const [at, client] of clients.entries()) client.send(finishes[at] as Message)
    const answers = await Promise.all(
      clients.map(async client => {
        let answer: Message = { type: 'room' }
        while (answer.type === 'room') {
          const heard = await client.next()
          assert.ok('message' in heard)
          answer = heard.message
        }
        return answer.type === 'created' ? 'created' : answer['code']
      }),
    )
    assert.deepEqual(answers.toSorted(), [...Array(19).fill('already-claimed'), 'created'])
    await Promise.all(clients.map(client => client.close()))
  })

  test('P31: a tag that is held is refused, and the connection stays admitted', async () => {
    const client = await BareClient.open(server, freshRoom())
    await client.create()
    await client.logIn()
    const join = client.join()
    await client.ask(join, 'joined')
    const other = await BareClient.open(server, client.room)
    await other.logIn()
    const refused = await other.ask(other.join({ tag: join['tag'] }), 'refused')
    assert.equal(refused['code'], 'alias-taken')
    await other.ask(other.join(), 'joined')
    for (const each of [client, other]) await each.close()
  })

  test('P34: the hello is entry `head`; the others get it and the joiner does not', async () => {
    const client = await BareClient.member(server, freshRoom())
    const other = await BareClient.open(server, client.room)
    await other.logIn()
    const join = other.join()
    const joined = await other.ask(join, 'joined')
    const entry = await client.expect('entry')
    assert.deepEqual(
      { kind: entry['kind'], seq: entry['seq'], sealed: entry['sealed'], tag: entry['tag'] },
      { kind: 'hello', seq: joined['head'], sealed: join['hello'], tag: join['tag'] },
    )
    await assertLives(other)
    for (const each of [client, other]) await each.close()
  })

  test('P36, P37: a resume takes the older socket’s place, without a login', async () => {
    const client = await BareClient.open(server, freshRoom())
    await client.create()
    await client.logIn()
    const { log, head, mailbox } = await client.ask(client.join(), 'joined')
    const { secret } = client
    const again = await BareClient.open(server, client.room)
    const resumed = await again.ask({ type: 'resume', secret, log, seq: head, mailbox }, 'resumed')
    assert.deepEqual([resumed['member'], resumed['missed']], [client.member, 0])
    assert.deepEqual(await client.next(), { code: CLOSE.replaced.code, reason: CLOSE.replaced.reason })
    await again.ask({ type: 'leave', bye: 'AA' }, 'left')
    const late = await BareClient.open(server, client.room)
    const refused = await late.ask({ type: 'resume', secret, log, seq: head, mailbox }, 'refused')
    assert.equal(refused['code'], 'unknown-secret', 'void after leave')
    await late.close()
  })

  test('P43, P44, P45: an id is stored once, whoever asks again; the sender gets no entry', async () => {
    const client = await BareClient.member(server, freshRoom())
    const other = await companionOf(client)
    const send = { type: 'send', id: base64url(16), to: 'all', sealed: 'AA' }
    const first = await client.ask(send, 'accepted')
    assert.deepEqual(await client.ask(send, 'accepted'), first)
    const { entries } = await client.ask({ type: 'check', ids: [send.id, base64url(16)] }, 'stored')
    assert.deepEqual(entries, [{ id: send.id, seq: first['seq'], at: first['at'] }])
    const entry = await other.expect('entry')
    assert.deepEqual([entry['id'], entry['seq'], entry['kind']], [send.id, first['seq'], 'message'])
    await assertLives(other)
    for (const each of [client, other]) await each.close()
  })

  test('P46, P47: a direct message reaches one member; a refusal names its id', async () => {
    const client = await BareClient.member(server, freshRoom())
    const other = await companionOf(client)
    const third = await companionOf(client)
    await other.expect('entry')
    const send = { type: 'send', id: base64url(16), to: other.member, sealed: 'AA' }
    const accepted = await client.ask(send, 'accepted')
    assert.equal(accepted['seq'], undefined)
    const direct = await other.expect('direct')
    assert.deepEqual([direct['mailbox'], direct['member'], direct['id']], [1, client.member, send.id])
    await assertLives(third)
    const lost = { ...send, id: base64url(16), to: base64url(16) }
    const refused = await client.ask(lost, 'refused')
    assert.deepEqual([refused['code'], refused['id']], ['unknown-recipient', lost.id])
    for (const each of [client, other, third]) await each.close()
  })

  test('P48: what its recipient never read is told to its sender', async () => {
    const client = await BareClient.member(server, freshRoom())
    const other = await companionOf(client)
    const send = { type: 'send', id: base64url(16), to: other.member, sealed: 'AA' }
    await client.ask(send, 'accepted')
    await other.expect('direct')
    await other.ask({ type: 'leave', bye: 'AA' }, 'left')
    await client.expect('entry')
    await client.expect('presence')
    const undelivered = await client.expect('undelivered')
    assert.deepEqual([undelivered['id'], undelivered['to']], [send.id, other.member])
    await client.close()
  })

  test('P50: pages ascend in both directions', async () => {
    const client = await BareClient.member(server, freshRoom())
    for (let i = 0; i < 3; i++) {
      await client.ask({ type: 'send', id: base64url(16), to: 'all', sealed: 'AA' }, 'accepted')
    }
    const seqs = async (direction: string, seq: number) => {
      const page = await client.ask({ type: 'fetch', direction, seq }, 'page')
      return [(page['entries'] as { seq: number }[]).map(entry => entry.seq), page['done']]
    }
    assert.deepEqual(await seqs('after', 2), [[3, 4], true])
    assert.deepEqual(await seqs('before', 4), [[1, 2, 3], true])
    assert.deepEqual(await seqs('after', 2 ** 53 - 1), [[], true])
    assert.deepEqual(await seqs('before', 0), [[], true])
    await client.close()
  })

  test('P56: an ephemeral message says to whom it was, and is stored nowhere', async () => {
    const client = await BareClient.member(server, freshRoom())
    const other = await companionOf(client)
    for (const [to, seen] of [
      ['all', 'all'],
      [other.member, 'you'],
    ]) {
      client.send({ type: 'ephemeral', to, sealed: 'AA' })
      const heard = await other.expect('ephemeral')
      assert.deepEqual([heard['member'], heard['to']], [client.member, seen])
    }
    const { entries } = await client.ask({ type: 'fetch', direction: 'after', seq: 2 }, 'page')
    assert.deepEqual(entries, [])
    for (const each of [client, other]) await each.close()
  })
})

suite('the segment socket', () => {
  test('P14: a socket that does not attach is closed', async t => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const closes: string[] = []
    const peer = { close: (name: string) => closes.push(name) }
    const open = createSegmentSocket(undefined as never, undefined as never, () => 0)
    const handlers = open(peer as never, { room: 'main', address: '127.0.0.1' })
    t.mock.timers.tick(TIMES.attach)
    assert.deepEqual(closes, ['idle'])
    await handlers.closed()
  })

  test('P61: another socket of the member closes the older one', async () => {
    const client = await BareClient.member(server, freshRoom())
    const older = await BareSegments.attach(client)
    const newer = await BareSegments.attach(client)
    assert.deepEqual(await older.next(), { code: CLOSE.replaced.code, reason: CLOSE.replaced.reason })
    for (const each of [newer, client]) await each.close()
  })

  test('P57: whoever leaves has no segment socket any more', { timeout: 5_000 }, async () => {
    const client = await BareClient.member(server, freshRoom())
    const segments = await BareSegments.attach(client)
    await client.ask({ type: 'leave', bye: 'AA' }, 'left')
    assert.deepEqual(await segments.next(), { code: CLOSE.left.code, reason: CLOSE.left.reason })
  })

  test('P62–P65, P67, P69, P75: what is provided is wanted, and received as it was sent', async () => {
    const client = await BareClient.member(server, freshRoom())
    const sender = await BareSegments.attach(client)
    const transfer = base64url(16)
    const size = LIMITS.segmentBytesMin + 1
    const providing = await sender.ask(provide({ transfer, size }), 'providing')
    assert.deepEqual(providing['held'], [])
    const want = await sender.expect('want')
    assert.deepEqual([want['first'], want['count']], [0, 3])
    const frames = [
      frame({ transfer, index: 0 }),
      frame({ transfer, index: 1, length: 1 }),
      frame({ transfer, index: 2, length: 100 }),
    ]
    for (const each of frames) sender.send(each)
    assert.deepEqual((await sender.expect('providing'))['held'], [[0, 3]])
    const receiver = await BareSegments.attach(await companionOf(client))
    receiver.send({ type: 'want', transfer, first: 0, count: 3 })
    for (const each of frames) assert.deepEqual(await receiver.next(), { frame: each })
    receiver.send({ type: 'received', transfer })
    assert.equal((await sender.expect('received'))['transfer'], transfer)
    for (const each of [sender, receiver, client]) await each.close()
  })
})
