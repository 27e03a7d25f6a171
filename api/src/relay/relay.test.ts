import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answerWants,
  FakeFile,
  id,
  openRig,
  SEGMENT,
  settled,
  upload,
  WINDOW,
  wanted,
} from '../../test/relay-rig.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

test('a new transfer: the relay holds nothing and wants one window', async () => {
  const rig = await openRig()
  const file = new FakeFile(40 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  assert.deepEqual(sender.peer.messages, [
    { type: 'attached' },
    { type: 'providing', transfer: file.transfer, held: [] },
    { type: 'want', transfer: file.transfer, first: 0, count: WINDOW },
  ])
})

test('while there is room the whole file is wanted, never more than the window at once', async () => {
  const rig = await openRig()
  const file = new FakeFile(100 * SEGMENT + 5)
  const sender = rig.join()
  sender.say(file.provide())
  for (let sent = 0; sent < file.units; sent++) {
    const asked = wanted(sender.peer, file)
    assert.ok(asked.length - sent <= WINDOW, `${asked.length - sent} wanted at once`)
    assert.deepEqual(asked, upTo(asked.length))
    assert.equal(sender.frame(file.frame(sent)), undefined)
    await settled()
  }
  assert.equal(wanted(sender.peer, file).length, file.units)
})

test('one upload, many receivers: who waits gets a segment as it arrives, who is late from the store', async () => {
  const rig = await openRig()
  const file = new FakeFile(50 * SEGMENT + 1)
  const receivers = [rig.join(), rig.join()]
  const sender = rig.join()
  sender.say(file.provide())
  for (const receiver of receivers) receiver.say(file.want())
  sender.frame(file.frame(0))
  assert.equal(rig.relay.usage().bytesInMemory, file.frame(0).length)
  await settled()
  assert.deepEqual(
    receivers.map(({ peer }) => peer.indices),
    [[0], [0]],
  )
  assert.equal(receivers[0]?.peer.frames[0], receivers[1]?.peer.frames[0], 'the very frame that came')

  answerWants(sender, file)
  for (const index of upTo(WINDOW).slice(1)) sender.frame(file.frame(index))
  await settled()
  sender.leave()
  receivers.push(rig.join())
  receivers[2]?.say(file.want())
  await settled()
  for (const { peer } of receivers) {
    assert.deepEqual(peer.indices, upTo(file.units))
    assert.ok(peer.frames.every(frame => file.owns(frame)))
  }
  assert.equal(wanted(sender.peer, file).length, file.units, 'the egress of the sender is the file, once')
})

test('want: credit by repeating the first index, a new first begins anew, a count of 0 pauses', async () => {
  const rig = await openRig()
  const file = new FakeFile(30 * SEGMENT)
  await upload(rig, file)
  const receiver = rig.join()
  const indicesAfter = async (first: number, count: number) => {
    receiver.peer.frames.length = 0
    receiver.say(file.want(first, count))
    await settled()
    return receiver.peer.indices
  }
  assert.deepEqual(await indicesAfter(2, 3), [2, 3, 4])
  assert.deepEqual(await indicesAfter(2, 5), [5, 6])
  assert.deepEqual(await indicesAfter(2, 5), [])
  assert.deepEqual(await indicesAfter(4, 1), [4])
  assert.deepEqual(await indicesAfter(29, 2 ** 32 - 1), [29, 30])
  receiver.peer.stuck = true
  receiver.say(file.want(0, 30))
  await settled()
  const inFlight = receiver.peer.untaken
  receiver.say(file.want(0, 0))
  receiver.peer.stuck = false
  receiver.peer.frames.length = 0
  receiver.peer.take()
  await settled()
  assert.equal(receiver.peer.frames.length, inFlight, 'only what was on its way')
})

test('M11: a DM transfer is served to its one member and to nobody else', async () => {
  const rig = await openRig()
  const file = new FakeFile(3 * SEGMENT)
  const receiver = rig.join()
  const sender = await upload(rig, file, receiver.member)
  const elsewhere = rig.join({ room: 'other', member: receiver.member })
  for (const [client, code] of [
    [rig.join(), 'not-yours'],
    [sender, 'not-yours'],
    [elsewhere, 'unknown-transfer'],
  ] as const) {
    for (const message of [
      file.want(),
      { type: 'received', transfer: file.transfer },
      { type: 'decline', transfer: file.transfer },
    ] as const) {
      client.say(message)
      assert.deepEqual(client.peer.messages.at(-1), {
        type: 'refused',
        what: message.type,
        code,
        transfer: file.transfer,
      })
    }
    await settled()
    assert.deepEqual(client.peer.frames, [])
  }
  receiver.say(file.want())
  await settled()
  assert.deepEqual(receiver.peer.indices, [0, 1, 2, 3])
})

test('a sender that comes back with the secret is told what is held, and sends only the rest', async () => {
  const rig = await openRig()
  const file = new FakeFile(20 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  for (const index of [0, 1, 2, 5]) sender.frame(file.frame(index))
  await settled()
  sender.leave()
  const again = rig.join({ member: sender.member })
  again.say(file.provide())
  assert.deepEqual(again.peer.of('providing')[0]?.held, [
    [0, 3],
    [5, 1],
  ])
  answerWants(again, file)
  for (const index of wanted(again.peer, file)) again.frame(file.frame(index))
  await settled()
  const resent = wanted(again.peer, file)
  assert.deepEqual(
    resent,
    upTo(file.units).filter(index => ![0, 1, 2, 5].includes(index)),
  )
})

test('announcing again: another secret, other facts or another member are refused; the same sender may repeat itself', async () => {
  const rig = await openRig()
  const file = new FakeFile(20 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  const stranger = rig.join()
  stranger.say(file.provide())
  assert.equal(stranger.peer.of('refused')[0]?.code, 'transfer-mismatch')
  stranger.say({ ...file.provide(), secret: new FakeFile(1).secret })
  assert.equal(stranger.peer.of('refused')[1]?.code, 'wrong-upload-secret')
  for (const change of [{ to: id() }, { size: 5 }, { segmentSize: 2 * SEGMENT }]) {
    sender.say({ ...file.provide(), ...change })
    assert.equal(sender.peer.messages.at(-1)?.type, 'refused')
  }
  assert.deepEqual(
    sender.peer.of('refused').map(({ code }) => code),
    Array(3).fill('transfer-mismatch'),
  )
  sender.say(file.provide())
  assert.equal(wanted(sender.peer, file).length, WINDOW, 'what is wanted already is not wanted again')
})

test('what is not here and nobody can send is told as unavailable, once, and comes when the sender is back', async () => {
  const rig = await openRig()
  const file = new FakeFile(20 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  sender.frame(file.frame(0))
  const receiver = rig.join()
  receiver.say(file.want(0, 10))
  await settled()
  assert.deepEqual(receiver.peer.of('unavailable'), [])
  sender.leave()
  rig.pass(1_000)
  const unavailable = { type: 'unavailable', transfer: file.transfer, first: 1, count: 9 }
  assert.deepEqual(receiver.peer.of('unavailable'), [unavailable])
  receiver.say(file.want(0, 10))
  assert.deepEqual(
    receiver.peer.of('unavailable'),
    [unavailable, unavailable],
    'who asks again is told again',
  )
  const again = rig.join({ member: sender.member })
  answerWants(again, file)
  again.say(file.provide())
  await settled()
  assert.deepEqual(receiver.peer.indices, upTo(10))
})

for (const [type, outcome] of [
  ['received', 'received'],
  ['decline', 'declined'],
] as const)
  test(`a DM transfer goes when it is ${outcome}; its sender hears of it even later, and sends nothing again`, async () => {
    const store = new MemorySegmentStore()
    const rig = await openRig({ store })
    const file = new FakeFile(20 * SEGMENT)
    const receiver = rig.join()
    const sender = await upload(rig, file, receiver.member)
    sender.leave()
    receiver.say(file.want(0, 1))
    receiver.say({ type, transfer: file.transfer })
    assert.deepEqual(receiver.peer.of('ended'), [{ type: 'ended', transfer: file.transfer, reason: outcome }])
    await settled()
    const [stored] = await store.restore()
    assert.equal(stored?.count, 0)
    receiver.say(file.want())
    assert.equal(receiver.peer.of('refused')[0]?.code, 'unknown-transfer')

    const later = await openRig({ store: new MemorySegmentStore(store) })
    const again = later.join({ member: sender.member })
    again.say(file.provide(receiver.member))
    assert.deepEqual(again.peer.messages.slice(1), [
      { type: 'providing', transfer: file.transfer, held: [] },
      { type: outcome, transfer: file.transfer, member: receiver.member },
      { type: 'ended', transfer: file.transfer, reason: outcome },
    ])
  })

test('a transfer ends at its time to live, whoever is attached is told, and nothing remains', async () => {
  const store = new MemorySegmentStore()
  const rig = await openRig({ store, ttl: 60_000 })
  const file = new FakeFile(20 * SEGMENT)
  const sender = await upload(rig, file)
  const receiver = rig.join()
  receiver.say(file.want(0, 1))
  rig.pass(59_999)
  assert.deepEqual(sender.peer.of('ended'), [])
  rig.pass(1)
  for (const { peer } of [sender, receiver])
    assert.deepEqual(peer.of('ended'), [{ type: 'ended', transfer: file.transfer, reason: 'expired' }])
  await settled()
  assert.deepEqual(await store.restore(), [])
  assert.equal(rig.relay.usage().bytesCharged, 0)
  assert.equal(rig.relay.usage().bytesInMemory, 0)
})

test('a withdrawal needs the secret; segments that were on their way are no violation', async () => {
  const rig = await openRig()
  const file = new FakeFile(20 * SEGMENT)
  const sender = rig.join()
  sender.say(file.provide())
  const receiver = rig.join()
  receiver.say(file.want())
  receiver.say({ type: 'withdraw', transfer: file.transfer, secret: new FakeFile(1).secret })
  assert.equal(receiver.peer.of('refused')[0]?.code, 'wrong-upload-secret')
  sender.say({ type: 'withdraw', transfer: file.transfer, secret: file.secret })
  assert.equal(receiver.peer.of('ended')[0]?.reason, 'withdrawn')
  assert.equal(sender.frame(file.frame(0)), undefined)
  sender.say({ type: 'withdraw', transfer: file.transfer, secret: file.secret })
  assert.equal(sender.peer.of('refused')[0]?.code, 'unknown-transfer')
})

test('a member that left: its unfinished uploads and the DMs to it end, what is whole stays', async () => {
  const rig = await openRig()
  const [whole, part, direct] = [new FakeFile(SEGMENT), new FakeFile(30 * SEGMENT), new FakeFile(SEGMENT)]
  const receiver = rig.join()
  const leaver = await upload(rig, whole)
  leaver.say(part.provide())
  receiver.say(part.want())
  const other = await upload(rig, direct, leaver.member)
  leaver.leave()
  rig.relay.memberLeft('other', leaver.member, rig.now)
  assert.deepEqual(receiver.peer.of('ended'), [])
  rig.relay.memberLeft('main', leaver.member, rig.now)
  assert.equal(receiver.peer.of('ended')[0]?.reason, 'withdrawn')
  assert.equal(other.peer.of('ended')[0]?.reason, 'declined')
  receiver.say(whole.want())
  await settled()
  assert.deepEqual(receiver.peer.indices, [0, 1])
})

test('a member has one segment socket: the older one is closed', async () => {
  const rig = await openRig()
  const file = new FakeFile(20 * SEGMENT)
  const older = rig.join()
  older.say(file.provide())
  const newer = rig.join({ member: older.member })
  assert.equal(older.peer.closed, 'replaced')
  newer.say(file.provide())
  assert.equal(wanted(newer.peer, file).length, WINDOW)
  older.say(file.provide())
  assert.equal(older.frame(file.frame(0)), undefined)
  await settled()
  assert.equal(older.peer.of('providing').length, 1, 'a replaced socket is not listened to')
  older.leave()
  assert.equal(newer.frame(file.frame(0)), undefined)
})

test('attach belongs to the edge', async () => {
  const rig = await openRig()
  const client = rig.join()
  client.say({ type: 'attach', ticket: new FakeFile(1).secret })
  assert.equal(client.peer.of('refused')[0]?.code, 'wrong-state')
})

test('binary frames out of turn are violations, by their reason', async () => {
  const rig = await openRig()
  const file = new FakeFile(40 * SEGMENT + 10)
  const [sender, other] = [rig.join(), rig.join()]
  sender.say(file.provide())
  const longTrailer = new Uint8Array(21 + 1_025)
  longTrailer.set(file.frame(file.segments).subarray(0, 21))
  const version = file.frame(0).slice()
  version[0] = 2
  for (const [frame, violation] of [
    [new Uint8Array(21), 'too-short'],
    [version, 'unknown-version'],
    [new FakeFile(SEGMENT).frame(0), 'not-yours'],
    [file.frame(0).subarray(0, -1), 'wrong-length'],
    [longTrailer, 'wrong-length'],
    [file.frame(20), 'unwanted'],
    [file.frame(file.segments), 'unwanted'],
  ] as const)
    assert.equal(sender.frame(frame), violation)
  const beyond = file.frame(0).slice()
  new DataView(beyond.buffer).setUint32(17, file.units)
  assert.equal(sender.frame(beyond), 'out-of-range')
  assert.equal(other.frame(file.frame(0)), 'not-yours')
  assert.equal(sender.frame(file.frame(0)), undefined)
  assert.equal(sender.frame(file.frame(0)), undefined, 'a duplicate is ignored')
  await settled()
  assert.equal(sender.frame(file.frame(0)), undefined)
})

test('a restart of the server forgets nothing: who comes back goes on, audience and secret still hold', async () => {
  const store = new MemorySegmentStore()
  const before = await openRig({ store })
  const [whole, part] = [new FakeFile(3 * SEGMENT), new FakeFile(30 * SEGMENT)]
  const receiver = before.join()
  await upload(before, whole, receiver.member)
  const sender = before.join()
  sender.say(part.provide())
  sender.frame(part.frame(0))
  await settled()

  const rig = await openRig({ store: new MemorySegmentStore(store) })
  assert.equal(rig.relay.usage().bytesCharged, before.relay.usage().bytesCharged)
  const back = rig.join({ member: receiver.member })
  back.say(whole.want())
  back.say(part.want(0, 3))
  await settled()
  assert.deepEqual(back.peer.indices.sort(), [0, 0, 1, 2, 3])
  assert.equal(back.peer.of('unavailable')[0]?.first, 1)
  const stranger = rig.join()
  stranger.say(whole.want())
  assert.equal(stranger.peer.of('refused')[0]?.code, 'not-yours')
  const again = rig.join({ member: sender.member })
  answerWants(again, part)
  again.say(part.provide())
  await settled()
  assert.equal(wanted(again.peer, part).length, part.units - 1)
})
