import assert from 'node:assert/strict'
import { ENVELOPE_BYTES } from '../../src/room/ports.ts'
import {
  bytesOf,
  claimedBy,
  idOf,
  joined,
  mailboxOf,
  newMember,
  newMessage,
  ROOM,
  secretOf,
} from './room-store-samples.ts'
import type { Suite } from './room-store-suite.ts'

const BOB = idOf('member bob')
const COST = 40 + ENVELOPE_BYTES

export function registerMailboxTests(suite: Suite): void {
  suite('M11: a DM lies in its recipient’s mailbox, under a number of its own', async store => {
    await claimedBy(store, 'anna', 'bob')
    const message = newMessage('anna', 'dm')
    assert.deepEqual(await store.deliver(ROOM, BOB, message, mailboxOf(10)), {
      fresh: true,
      seq: 1,
      at: 2000,
    })
    assert.deepEqual(await store.mailboxPage(ROOM, BOB, 0, 1e6), {
      entries: [{ mailbox: 1, ...message }],
      done: true,
    })
    assert.deepEqual(await store.mailboxPage(ROOM, idOf('member anna'), 0, 1e6), { entries: [], done: true })
    const room = await store.readRoom(ROOM)
    assert.equal(room?.head, 2)
    assert.equal(room?.members.find(({ member }) => member === BOB)?.mailbox, 1)
  })

  suite('a DM’s known id is told its first number and time, whoever it is for and even if that one is gone', async store => {
    await claimedBy(store, 'anna', 'bob')
    const message = newMessage('anna', 'dm')
    await store.deliver(ROOM, BOB, message, mailboxOf(10))
    const again = { ...message, at: 9000 }
    const first = { fresh: false, seq: 1, at: 2000 }
    assert.deepEqual(await store.deliver(ROOM, BOB, again, mailboxOf(10)), first)
    assert.deepEqual(await store.append(ROOM, again), first)
    await store.leave(ROOM, newMessage('bob', 'bye'))
    assert.deepEqual(await store.deliver(ROOM, BOB, again, mailboxOf(10)), first)
  })

  suite('a refused DM is not remembered', async store => {
    await claimedBy(store, 'anna', 'bob')
    const message = newMessage('anna', 'dm')
    assert.equal(
      await store.deliver(ROOM, idOf('member nobody'), message, mailboxOf(10)),
      'unknown-recipient',
    )
    assert.deepEqual(await store.stored(ROOM, [message.id]), [])
    assert.equal((await store.append(ROOM, message)).seq, 3)
  })

  suite('a mailbox is full at its limit until something is confirmed; an away member’s takes DMs', async store => {
    await claimedBy(store, 'anna', 'bob')
    await store.setPresence(ROOM, BOB, 'away', 2000)
    for (const name of ['1', '2', '3']) await store.deliver(ROOM, BOB, newMessage('anna', name), mailboxOf(3))
    assert.equal(await store.deliver(ROOM, BOB, newMessage('anna', '4'), mailboxOf(3)), 'mailbox-full')
    await store.confirm(ROOM, BOB, 0, 1)
    assert.deepEqual(await store.deliver(ROOM, BOB, newMessage('anna', '4'), mailboxOf(3)), {
      fresh: true,
      seq: 4,
      at: 2000,
    })
    assert.equal(await store.deliver(ROOM, BOB, newMessage('anna', '5'), mailboxOf(3)), 'mailbox-full')
  })

  suite('one sender has its share of the places and no more; what is confirmed gives them back', async store => {
    await claimedBy(store, 'anna', 'bob', 'carl')
    const bounds = mailboxOf(8, { shares: 4 })
    const send = (from: string, name: string) => store.deliver(ROOM, BOB, newMessage(from, name), bounds)
    for (const name of ['1', '2']) await send('anna', name)
    assert.equal(await send('anna', '3'), 'mailbox-full')
    for (const name of ['4', '5']) assert.equal(typeof (await send('carl', name)), 'object')
    assert.equal(await send('carl', '6'), 'mailbox-full')
    // A repetition takes no place.
    assert.deepEqual(await send('anna', '1'), { fresh: false, seq: 1, at: 2000 })
    await store.confirm(ROOM, BOB, 0, 1)
    assert.deepEqual(await send('anna', '3'), { fresh: true, seq: 5, at: 2000 })
    assert.equal(await send('anna', '7'), 'mailbox-full')
    // Nor do other mailboxes count, or one that ended.
    const elsewhere = await store.deliver(ROOM, idOf('member carl'), newMessage('anna', '8'), bounds)
    assert.equal(typeof elsewhere, 'object')
    await store.setPresence(ROOM, BOB, 'away', 3000)
    await store.expire(ROOM, 3001, 4000)
    await store.resume(ROOM, secretOf('bob'), 5000, 0, 10)
    for (const name of ['9', '10']) assert.equal(typeof (await send('anna', name)), 'object')
    assert.equal(await send('anna', '11'), 'mailbox-full')
  })

  suite('a mailbox has so many sealed bytes, and one sender its share of them', async store => {
    await claimedBy(store, 'anna', 'bob', 'carl', 'dora')
    const bounds = mailboxOf(100, { bytes: 200, shares: 2 })
    const send = (from: string, name: string, bytes: number) =>
      store.deliver(ROOM, BOB, newMessage(from, name, { sealed: bytesOf(name, bytes) }), bounds)
    assert.equal(await send('anna', '1', 101), 'mailbox-full')
    assert.equal(typeof (await send('anna', '2', 60)), 'object')
    assert.equal(await send('anna', '3', 41), 'mailbox-full')
    assert.equal(typeof (await send('anna', '4', 40)), 'object')
    assert.equal(typeof (await send('carl', '5', 100)), 'object')
    assert.equal(await send('dora', '6', 1), 'mailbox-full')
    await store.confirm(ROOM, BOB, 0, 1)
    assert.equal(await send('dora', '7', 61), 'mailbox-full')
    assert.equal(typeof (await send('dora', '8', 60)), 'object')
    await store.confirm(ROOM, BOB, 0, Number.MAX_SAFE_INTEGER)
    assert.equal(typeof (await send('anna', '9', 100)), 'object')
    assert.equal(await send('anna', '10', 1), 'mailbox-full')
  })

  suite('a member that continues another session keeps what waits, and what it weighs', async store => {
    await claimedBy(store, 'anna', 'bob')
    const bounds = mailboxOf(100, { bytes: 60 })
    for (const name of ['1', '2']) await store.deliver(ROOM, BOB, newMessage('anna', name), bounds)
    await joined(store, newMember('bob', { session: idOf('new'), supersedes: secretOf('bob') }))
    assert.equal(await store.deliver(ROOM, BOB, newMessage('anna', '3'), bounds), 'mailbox-full')
  })

  suite('mailbox pages: exclusive, ascending, within the bytes', async store => {
    await claimedBy(store, 'anna', 'bob')
    for (let n = 1; n <= 6; n++) await store.deliver(ROOM, BOB, newMessage('anna', `${n}`), mailboxOf(10))
    const page = async (after: number, bytes: number) => {
      const { entries, done } = await store.mailboxPage(ROOM, BOB, after, bytes)
      return [...entries.map(entry => entry.mailbox), done]
    }
    assert.deepEqual(await page(1, 2 * COST + 1), [2, 3, false])
    assert.deepEqual(await page(1, 0), [2, false])
    assert.deepEqual(await page(4, 2 * COST + 1), [5, 6, true])
    assert.deepEqual(await page(Number.MAX_SAFE_INTEGER, 1e6), [true])
  })

  suite('confirmed entries are deleted, and no confirmation goes back or beyond what exists', async store => {
    await claimedBy(store, 'anna', 'bob')
    for (let n = 1; n <= 4; n++) await store.deliver(ROOM, BOB, newMessage('anna', `${n}`), mailboxOf(10))
    await store.confirm(ROOM, BOB, 0, 2)
    await store.confirm(ROOM, BOB, 0, 1)
    const numbers = async () =>
      (await store.mailboxPage(ROOM, BOB, 0, 1e6)).entries.map(entry => entry.mailbox)
    assert.deepEqual(await numbers(), [3, 4])
    await store.confirm(ROOM, BOB, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    assert.deepEqual(await numbers(), [])
    await store.deliver(ROOM, BOB, newMessage('anna', '5'), mailboxOf(10))
    assert.deepEqual(await numbers(), [5])
    await store.confirm(ROOM, idOf('member nobody'), 1, 1)
  })
}
