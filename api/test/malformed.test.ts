import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { CLOSE, CLOSE_REASON_BYTES } from '@chat-room/protocol'
import { BareClient, BareSegments, type BareSocket, base64url } from './support/bare-client.ts'
import { MALFORMED, NOT_UTF8, type Outcome, type Row, zeros } from './support/malformed-frames.ts'
import { ATTACHED, frame, provide, providing, UNATTACHED } from './support/malformed-segments.ts'
import { type ServedRooms, serveRooms } from './support/served-room.ts'

let server: ServedRooms
/** An honest member, who must not notice any of it. */
let witness: BareClient
let claimed: BareClient

before(async () => {
  server = await serveRooms({ SEGMENT_QUOTA: '1GiB' })
  witness = await BareClient.member(server, 'witness')
  claimed = await BareClient.member(server, 'claimed')
})

after(async () => {
  await witness.close()
  await claimed.close()
  const { errors } = server
  await server[Symbol.asyncDispose]()
  assert.deepEqual(errors, [])
})

let rooms = 0
const freshRoom = (): string => `room-${++rooms}`

/** Sends it, and takes what becomes of it; then the server still serves. */
async function assertOutcome(socket: BareSocket, sent: Row[1], outcome: Outcome): Promise<void> {
  socket.send(sent as Parameters<BareSocket['send']>[0])
  await assertHears(socket, outcome)
}

async function assertHears(socket: BareSocket, outcome: Outcome): Promise<void> {
  const heard = await socket.next()
  if ('close' in outcome) {
    assert.ok('code' in heard, `closed, not ${JSON.stringify(heard)}`)
    const { code, reason } = CLOSE[outcome.close]
    assert.equal(heard.code, code)
    // What the WebSocket library itself finds wrong it closes without words.
    if (outcome.close === 'frameTooLarge' || outcome.close === 'invalidUtf8') assert.equal(heard.reason, '')
    else if (outcome.close !== 'malformed') assert.equal(heard.reason, reason)
    else if (outcome.reason !== undefined) assert.equal(heard.reason, outcome.reason)
    assert.ok(Buffer.byteLength(heard.reason) <= CLOSE_REASON_BYTES)
  } else {
    assert.ok('message' in heard, `refused, not ${JSON.stringify(heard)}`)
    const { type, code, what } = heard.message
    assert.deepEqual({ type, code, what }, { type: 'refused', code: outcome.refused, what: outcome.what })
  }
  await socket.close()
  await witness.ask({ type: 'check', ids: [zeros(16)] }, 'stored')
}

suite('P8, P9: what is malformed on the room socket ends it with a stated code, and nothing else', () => {
  for (const [name, sent, outcome] of MALFORMED) {
    test(name, async () => {
      await assertOutcome(await BareClient.open(server, 'claimed'), sent, outcome)
    })
  }

  for (const [name, bytes] of NOT_UTF8) {
    test(`not UTF-8: ${name}`, async () => {
      const client = await BareClient.open(server, 'claimed')
      client.sendText(bytes)
      await assertHears(client, { close: 'invalidUtf8' })
    })
  }

  test('after a whole login, a malformed frame ends the socket like any other', async () => {
    const room = freshRoom()
    const client = await BareClient.member(server, room)
    await assertOutcome(client, { type: 'leave' }, { close: 'malformed', reason: 'bye: is missing' })
    assert.equal(await presenceIn(room, client.member), 'away')
  })
})

async function presenceIn(room: string, member: string): Promise<unknown> {
  const other = await BareClient.open(server, room)
  await other.logIn()
  const { roster } = await other.ask(other.join(), 'joined')
  await other.close()
  return (roster as { member: string; presence: string }[]).find(each => each.member === member)?.presence
}

suite('P8: what has the form of a message and the content of none', () => {
  test('a registration request that is no point of the group', async () => {
    const client = await BareClient.open(server, freshRoom())
    const request = Buffer.alloc(32, 0xff).toString('base64url')
    const outcome: Outcome = { close: 'malformed', reason: CLOSE.malformed.reason }
    await assertOutcome(client, { type: 'start-creation', request }, outcome)
  })

  test('a KE1 that is no point of the group', async () => {
    const client = await BareClient.open(server, 'claimed')
    const request = Buffer.alloc(96, 0xff).toString('base64url')
    const outcome: Outcome = { close: 'malformed', reason: CLOSE.malformed.reason }
    await assertOutcome(client, { type: 'start-login', request }, outcome)
  })

  test('a KE3 that proves nothing', async () => {
    const client = await BareClient.open(server, 'claimed')
    await client.startLogin()
    const finish = { type: 'finish-login', finish: zeros(64) }
    await assertOutcome(client, finish, { refused: 'wrong-password', what: 'finish-login' })
  })
})

suite('P7: what comes a second time, or from the wrong one', () => {
  test('finish-creation twice: the record is stored once', async () => {
    const client = await BareClient.open(server, freshRoom())
    await client.startCreation()
    const finish = await client.finishCreation()
    await client.ask(finish, 'created')
    await client.expect('room')
    await assertOutcome(client, finish, { refused: 'wrong-state', what: 'finish-creation' })
  })

  test('finish-login twice, the first one wrong: a login serves once', async () => {
    const client = await BareClient.open(server, 'claimed')
    await client.startLogin()
    const finish = await client.finishLogin()
    await client.ask({ type: 'finish-login', finish: zeros(64) }, 'refused')
    await assertOutcome(client, finish, { refused: 'wrong-state', what: 'finish-login' })
  })

  test('finish-login twice, the first one right', async () => {
    const client = await BareClient.open(server, 'claimed')
    await client.startLogin()
    const finish = await client.finishLogin()
    await client.ask(finish, 'admitted')
    await assertOutcome(client, finish, { refused: 'wrong-state', what: 'finish-login' })
  })

  test("finish-login of another connection's login", async () => {
    const client = await BareClient.open(server, 'claimed')
    await client.startLogin()
    const thief = await BareClient.open(server, 'claimed')
    await thief.startLogin()
    const finish = await client.finishLogin()
    await assertOutcome(thief, finish, { refused: 'wrong-password', what: 'finish-login' })
    await client.close()
  })

  test('join twice, as oneself and as another', async () => {
    for (const member of [undefined, base64url(16)]) {
      const client = await BareClient.member(server, freshRoom())
      const again = client.join(member === undefined ? {} : { member })
      await assertOutcome(client, again, { refused: 'wrong-state', what: 'join' })
    }
  })

  test("join under another's member id, without its secret", async () => {
    const room = freshRoom()
    const client = await BareClient.member(server, room)
    const thief = await BareClient.open(server, room)
    await thief.logIn()
    const join = thief.join({ member: client.member, supersedes: base64url(32) })
    await assertOutcome(thief, join, { refused: 'member-taken', what: 'join' })
    await client.close()
  })

  test('a direct message to nobody', async () => {
    const client = await BareClient.member(server, freshRoom())
    const send = { type: 'send', id: zeros(16), to: base64url(16), sealed: 'AA' }
    await assertOutcome(client, send, { refused: 'unknown-recipient', what: 'send' })
  })

  test('whatever follows leave', async () => {
    const client = await BareClient.member(server, freshRoom())
    client.send({ type: 'leave', bye: 'AA' })
    client.send({ type: 'send', id: zeros(16), to: 'all', sealed: 'AA' })
    await client.expect('left')
    await assertHears(client, { close: 'left' })
  })
})

suite('P60: the segment socket before its ticket', () => {
  for (const [name, sent, outcome] of UNATTACHED) {
    test(name, async () => {
      await assertOutcome(await BareSegments.open(server, 'claimed'), sent, outcome)
    })
  }

  test('a ticket that was used', async () => {
    const { ticket } = await claimed.ask({ type: 'request-ticket' }, 'ticket')
    const first = await BareSegments.open(server, 'claimed')
    await first.ask({ type: 'attach', ticket }, 'attached')
    const second = await BareSegments.open(server, 'claimed')
    await assertOutcome(second, { type: 'attach', ticket }, { close: 'notAttached' })
    await first.close()
  })

  test("another room's ticket", async () => {
    const { ticket } = await claimed.ask({ type: 'request-ticket' }, 'ticket')
    const socket = await BareSegments.open(server, 'witness')
    await assertOutcome(socket, { type: 'attach', ticket }, { close: 'notAttached' })
  })
})

suite('P61, P66: the segment socket after its ticket', () => {
  for (const [name, sent, outcome] of ATTACHED) {
    test(name, async () => {
      const client = await BareClient.member(server, freshRoom())
      await assertOutcome(await BareSegments.attach(client), sent, outcome)
      await client.close()
    })
  }

  for (const [at, [name]] of providing(zeros(16)).entries()) {
    test(`while providing: ${name}`, async () => {
      const client = await BareClient.member(server, freshRoom())
      const socket = await BareSegments.attach(client)
      const transfer = base64url(16)
      await socket.ask(provide({ transfer }), 'providing')
      await socket.expect('want')
      const [, sent, outcome] = providing(transfer)[at] as Row
      await assertOutcome(socket, sent, outcome)
      await client.close()
    })
  }

  test("a segment of another member's transfer", async () => {
    const room = freshRoom()
    const client = await BareClient.member(server, room)
    const owner = await BareSegments.attach(client)
    const transfer = base64url(16)
    await owner.ask(provide({ transfer }), 'providing')
    const thief = await BareClient.open(server, room)
    await thief.logIn()
    await thief.ask(thief.join(), 'joined')
    const socket = await BareSegments.attach(thief)
    await assertOutcome(socket, frame({ transfer }), { close: 'malformed', reason: 'segment: not-yours' })
    for (const each of [owner, thief, client]) await each.close()
  })

  test('a file for one member, wanted by another (M11)', async () => {
    const room = freshRoom()
    const client = await BareClient.member(server, room)
    const owner = await BareSegments.attach(client)
    const transfer = base64url(16)
    await owner.ask(provide({ transfer, to: base64url(16) }), 'providing')
    const other = await BareClient.open(server, room)
    await other.logIn()
    await other.ask(other.join(), 'joined')
    const socket = await BareSegments.attach(other)
    const want = { type: 'want', transfer, first: 0, count: 1 }
    await assertOutcome(socket, want, { refused: 'not-yours', what: 'want' })
    for (const each of [owner, other, client]) await each.close()
  })
})
