import assert from 'node:assert/strict'
import type { Retention, RoomStore } from '../../src/room/ports.ts'
import {
  bytesOf,
  claimedBy,
  claimOf,
  idOf,
  joined,
  LIMIT,
  mailboxOf,
  newMember,
  newMessage,
  ROOM,
  secretOf,
} from './room-store-samples.ts'
import type { Suite } from './room-store-suite.ts'

const UNBOUNDED: Retention = { messages: 1e9, bytes: 1e12, age: 1e12 }

async function prune(
  store: RoomStore,
  retention: Partial<Retention>,
  now = 10_000,
  notBefore = 0,
  ids = 1e6,
) {
  while (await store.prune(ROOM, { ...UNBOUNDED, ...retention }, now, notBefore, ids));
}

const numbers = async (store: RoomStore) =>
  (await store.page(ROOM, 'after', 0, 1e9)).entries.map(entry => entry.seq)

const bounds = async (store: RoomStore) => {
  const room = await store.readRoom(ROOM)
  return [room?.oldest, room?.head]
}

export function registerRetentionTests(suite: Suite): void {
  suite('retention by count keeps the newest', async store => {
    await claimedBy(store, 'anna')
    for (let n = 2; n <= 10; n++) await store.append(ROOM, newMessage('anna', `${n}`))
    await prune(store, { messages: 3 })
    assert.deepEqual(await numbers(store), [8, 9, 10])
    assert.deepEqual(await bounds(store), [8, 10])
    assert.deepEqual((await store.page(ROOM, 'before', 9, 1e6)).entries[0]?.seq, 8)
    assert.equal((await store.page(ROOM, 'before', 9, 1e6)).done, true)
  })

  suite('retention by bytes of what was sealed', async store => {
    await claimedBy(store, 'anna')
    for (let n = 2; n <= 10; n++) await store.append(ROOM, newMessage('anna', `${n}`))
    await prune(store, { bytes: 95 })
    assert.deepEqual(await numbers(store), [8, 9, 10])
    await prune(store, { bytes: 60 })
    assert.deepEqual(await numbers(store), [9, 10])
    await store.append(ROOM, newMessage('anna', 'large', { sealed: bytesOf('large', 61) }))
    await prune(store, { bytes: 60 })
    assert.deepEqual(await bounds(store), [12, 11])
    await store.append(ROOM, newMessage('anna', 'next'))
    await prune(store, { bytes: 60 })
    assert.deepEqual(await numbers(store), [12])
  })

  suite('retention by age', async store => {
    await claimedBy(store, 'anna')
    for (let n = 2; n <= 5; n++) await store.append(ROOM, newMessage('anna', `${n}`, { at: n * 1000 }))
    await prune(store, { age: 6000 }, 10_000)
    assert.deepEqual(await numbers(store), [4, 5])
  })

  suite('an empty log keeps its bounds, its clock and its numbers', async store => {
    await claimedBy(store, 'anna')
    await store.append(ROOM, newMessage('anna', '2'))
    await prune(store, { age: 1 }, 1e9)
    const room = await store.readRoom(ROOM)
    assert.deepEqual([room?.oldest, room?.head, room?.latest], [3, 2, 2000])
    assert.deepEqual((await store.page(ROOM, 'after', 0, 1e6)).entries, [])
    assert.equal((await store.append(ROOM, newMessage('anna', '3'))).seq, 3)
    assert.deepEqual(await bounds(store), [3, 3])
  })

  suite('retention 0: an entry goes when every present and away member has confirmed it', async store => {
    await claimedBy(store, 'anna', 'bob')
    for (let n = 3; n <= 6; n++) await store.append(ROOM, newMessage('anna', `${n}`))
    await store.confirm(ROOM, idOf('member anna'), 6, 0)
    await prune(store, { messages: 0 })
    assert.deepEqual(await bounds(store), [1, 6])
    await store.setPresence(ROOM, idOf('member bob'), 'away', 3000)
    await store.confirm(ROOM, idOf('member bob'), 4, 0)
    await store.confirm(ROOM, idOf('member bob'), 3, 0)
    await prune(store, { messages: 0 })
    assert.deepEqual(await numbers(store), [5, 6])
    await store.expire(ROOM, 3001, 4000)
    await prune(store, { messages: 0 })
    assert.deepEqual(await bounds(store), [7, 6])
  })

  suite('retention 0 keeps to the bounds of bytes and age as well', async store => {
    await claimedBy(store, 'anna')
    for (let n = 2; n <= 6; n++) await store.append(ROOM, newMessage('anna', `${n}`, { at: n * 1000 }))
    await prune(store, { messages: 0, bytes: 90 })
    assert.deepEqual(await numbers(store), [4, 5, 6])
    await prune(store, { messages: 0, age: 1000 }, 7000)
    assert.deepEqual(await numbers(store), [6])
  })

  suite('a present or away member’s hello outlives its log entry', async store => {
    await claimedBy(store, 'anna', 'bob')
    await store.setPresence(ROOM, idOf('member bob'), 'away', 2000)
    await prune(store, { age: 1 }, 1e9)
    const { hellos, missing } = await store.hellos(ROOM, [idOf('session anna'), idOf('session bob')], 1e6)
    assert.deepEqual([hellos.length, missing.length], [2, 0])
    assert.equal(hellos[0]?.sealed, newMember('anna').hello)
  })

  suite('a hello stays as long as a retained entry of its session, and then goes', async store => {
    await claimedBy(store, 'anna')
    await store.append(ROOM, newMessage('anna', '2'))
    await store.leave(ROOM, newMessage('anna', 'bye'))
    const session = idOf('session anna')
    const kept = async () => (await store.hellos(ROOM, [session], 1e6)).hellos.length
    await prune(store, { messages: 1 })
    assert.deepEqual([await numbers(store), await kept()], [[3], 1])
    await prune(store, { age: 1 }, 1e9)
    assert.equal(await kept(), 0)
  })

  suite('the hello of a session that was followed by another goes with the session’s entries', async store => {
    await claimedBy(store, 'anna')
    await store.append(ROOM, newMessage('anna', '2'))
    const next = { member: idOf('member anna'), session: idOf('next'), sealed: bytesOf('next', 60), at: 3000 }
    await store.appendHello(ROOM, next)
    await store.append(ROOM, newMessage('anna', '4', { session: next.session }))
    const missing = async () => (await store.hellos(ROOM, [idOf('session anna'), next.session], 1e6)).missing
    await prune(store, { messages: 3 })
    assert.deepEqual(await missing(), [])
    await prune(store, { messages: 2 })
    assert.deepEqual(await missing(), [idOf('session anna')])
    await prune(store, { age: 1 }, 1e9)
    assert.deepEqual(await missing(), [idOf('session anna')])
  })

  suite('a gone member and its hello stay until its secret was not seen since notBefore', async store => {
    await claimedBy(store, 'anna')
    const session = idOf('session anna')
    await store.setPresence(ROOM, idOf('member anna'), 'away', 2000)
    await store.expire(ROOM, 2001, 3000)
    await prune(store, { age: 1 }, 1e9, 2000)
    assert.deepEqual((await store.hellos(ROOM, [session], 1e6)).missing, [])
    assert.equal(typeof (await store.resume(ROOM, secretOf('anna'), 4000, 0, LIMIT)), 'object')
    await store.setPresence(ROOM, idOf('member anna'), 'away', 5000)
    await store.expire(ROOM, 5001, 6000)
    await prune(store, { age: 1 }, 1e9, 5001)
    assert.deepEqual((await store.hellos(ROOM, [session], 1e6)).missing, [session])
    assert.equal(await store.resume(ROOM, secretOf('anna'), 7000, 0, LIMIT), 'unknown-secret')
    // Nothing is left of it: the id is as good as new.
    assert.equal((await joined(store, newMember('anna'))).mailbox, 0)
  })

  suite('message ids outlive their messages and are forgotten at notBefore', async store => {
    await claimedBy(store, 'anna')
    const message = newMessage('anna', '2')
    await store.append(ROOM, message)
    await prune(store, { age: 1 }, 1e9, 2000)
    assert.deepEqual(await store.append(ROOM, message), { fresh: false, seq: 2, at: 2000 })
    await prune(store, { age: 1 }, 1e9, 2001)
    assert.deepEqual(await store.stored(ROOM, [message.id]), [])
    assert.deepEqual(await store.append(ROOM, message), { fresh: true, seq: 3, at: 2000 })
    assert.deepEqual(await store.append(ROOM, message), { fresh: false, seq: 3, at: 2000 })
  })

  suite('of each room so many message ids are remembered, the newest', async store => {
    await claimedBy(store, 'anna')
    await store.claim('other', claimOf('other'), idOf('other log'))
    const other = newMessage('anna', 'in another room')
    await store.append('other', other)
    for (let n = 2; n <= 8; n++) {
      const message = newMessage('anna', `${n}`)
      if (n % 2 === 0) await store.append(ROOM, message)
      else await store.deliver(ROOM, idOf('member anna'), message, mailboxOf(10))
    }
    const known = async () => {
      const ids = Array.from({ length: 9 }, (_, n) => idOf(`message ${n}`))
      return (await store.stored(ROOM, ids)).length
    }
    await prune(store, {}, 10_000, 0, 7)
    assert.equal(await known(), 7)
    await prune(store, {}, 10_000, 0, 3)
    assert.equal(await known(), 3)
    assert.equal((await store.append(ROOM, newMessage('anna', '8'))).fresh, false)
    assert.equal((await store.append(ROOM, newMessage('anna', '5'))).fresh, true)
    await prune(store, {}, 10_000, 0, 3)
    assert.equal((await store.append(ROOM, newMessage('anna', '6'))).fresh, true)
    assert.equal((await store.append('other', other)).fresh, false)
    await prune(store, {}, 10_000, 0, 0)
    assert.equal(await known(), 0)
    assert.equal((await store.append('other', other)).fresh, false)
  })

  suite('more message ids than one call forgets are forgotten by several', async store => {
    await claimedBy(store, 'anna')
    const messages = Array.from({ length: 2_500 }, (_, n) => newMessage('anna', `${n}`))
    await Promise.all(messages.map(message => store.append(ROOM, message)))
    await prune(store, {}, 10_000, 0, 100)
    const kept = await store.stored(
      ROOM,
      messages.map(({ id }) => id),
    )
    assert.deepEqual(
      kept.map(({ id }) => id),
      messages.slice(-100).map(({ id }) => id),
    )
  })

  suite('more than one call’s work ends after several calls', async store => {
    await claimedBy(store, 'anna')
    await Promise.all(Array.from({ length: 3_500 }, (_, n) => store.append(ROOM, newMessage('anna', `${n}`))))
    await prune(store, { messages: 10 }, 1e9, 1e9)
    assert.deepEqual(await bounds(store), [3492, 3501])
    assert.deepEqual(await store.stored(ROOM, [idOf('message 3499')]), [])
    assert.equal((await store.append(ROOM, newMessage('anna', '3499'))).seq, 3502)
  })
}
