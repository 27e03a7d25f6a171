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

// What a message of 30 bytes takes of a page.
const COST = 40 + ENVELOPE_BYTES

export function registerLogTests(suite: Suite): void {
  suite('numbers are dense from 1, and a message comes back as it was stored', async store => {
    await claimedBy(store, 'anna')
    const message = newMessage('anna', 'one')
    assert.deepEqual(await store.append(ROOM, message), { fresh: true, seq: 2, at: 2000 })
    const { entries, oldest, head } = await store.page(ROOM, 'after', 1, 1e6)
    assert.deepEqual(entries, [{ seq: 2, kind: 'message', ...message }])
    assert.deepEqual([oldest, head], [1, 2])
  })

  suite('operations of one turn take effect, are seen and resolve in the order of their calls', async store => {
    await claimedBy(store, 'anna')
    const settled: string[] = []
    const note = async <T>(name: string, promise: Promise<T>): Promise<T> => {
      const value = await promise
      settled.push(name)
      return value
    }
    const [first, room, second, page] = await Promise.all([
      note('first', store.append(ROOM, newMessage('anna', 'one'))),
      note('room', store.readRoom(ROOM)),
      note('second', store.append(ROOM, newMessage('anna', 'two', { at: 2001 }))),
      note('page', store.page(ROOM, 'after', 1, 1e6)),
    ])
    assert.deepEqual(settled, ['first', 'room', 'second', 'page'])
    assert.deepEqual([first.seq, room?.head, room?.latest, second.seq], [2, 2, 2000, 3])
    assert.deepEqual(
      page.entries.map(entry => entry.seq),
      [2, 3],
    )
  })

  suite('a known id is told its first number and time, and stored no second time', async store => {
    await claimedBy(store, 'anna')
    const message = newMessage('anna', 'one')
    const again = { ...message, at: 9000, sealed: bytesOf('other', 30) }
    const answers = await Promise.all([
      store.append(ROOM, message),
      store.append(ROOM, again),
      store.append(ROOM, again),
    ])
    assert.deepEqual(answers, [
      { fresh: true, seq: 2, at: 2000 },
      { fresh: false, seq: 2, at: 2000 },
      { fresh: false, seq: 2, at: 2000 },
    ])
    assert.equal((await store.readRoom(ROOM))?.head, 2)
  })

  suite('one failing operation leaves the others of its turn alone', async store => {
    await claimedBy(store, 'anna')
    const answers = await Promise.allSettled([
      store.append(ROOM, newMessage('anna', 'one')),
      store.appendHello(ROOM, { ...helloOf('nobody'), at: 2000 }),
      store.append(ROOM, newMessage('anna', 'two')),
    ])
    assert.deepEqual(
      answers.map(answer => answer.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal((await store.readRoom(ROOM))?.head, 3)
  })

  suite('stored tells known ids alone, and no number of a DM', async store => {
    await claimedBy(store, 'anna', 'bob')
    await store.append(ROOM, newMessage('anna', 'one'))
    await store.deliver(ROOM, idOf('member bob'), newMessage('anna', 'dm', { at: 2500 }), mailboxOf(10))
    const [one, dm, no] = ['message one', 'message dm', 'message no'].map(idOf) as [string, string, string]
    assert.deepEqual(await store.stored(ROOM, [dm, no, one]), [
      { id: dm, at: 2500 },
      { id: one, seq: 3, at: 2000 },
    ])
  })

  suite('pages forwards and backwards: exclusive, ascending, within the bytes, done at the end', async store => {
    await claimedBy(store, 'anna')
    for (let n = 2; n <= 10; n++) await store.append(ROOM, newMessage('anna', `${n}`))
    const page = async (direction: 'after' | 'before', seq: number, bytes: number) => {
      const { entries, done } = await store.page(ROOM, direction, seq, bytes)
      return [...entries.map(entry => entry.seq), done]
    }
    assert.deepEqual(await page('after', 3, 3 * COST + 1), [4, 5, 6, false])
    assert.deepEqual(await page('after', 3, 3 * COST), [4, 5, false])
    assert.deepEqual(await page('after', 7, 1e6), [8, 9, 10, true])
    assert.deepEqual(await page('after', 7, 3 * COST + 1), [8, 9, 10, true])
    assert.deepEqual(await page('after', 10, 1e6), [true])
    assert.deepEqual(await page('after', Number.MAX_SAFE_INTEGER, 1e6), [true])
    assert.deepEqual(await page('before', 8, 3 * COST + 1), [5, 6, 7, false])
    assert.deepEqual(await page('before', 4, 1e6), [1, 2, 3, true])
    assert.deepEqual(await page('before', 11, 1), [10, false])
    assert.deepEqual(await page('before', Number.MAX_SAFE_INTEGER, 1), [10, false])
    assert.deepEqual(await page('before', 1, 1e6), [true])
    assert.deepEqual(await page('before', 0, 1e6), [true])
    assert.deepEqual(await page('after', 4, 1), [5, false])
    assert.deepEqual(await page('after', 4, 0), [5, false])
  })

  suite('a message of the largest size comes back whole', async store => {
    await claimedBy(store, 'anna')
    const message = newMessage('anna', 'large', { sealed: bytesOf('large', 66 * 1024) })
    await store.append(ROOM, message)
    const { entries } = await store.page(ROOM, 'after', 1, 1)
    assert.equal(entries[0]?.sealed, message.sealed)
  })

  suite('a new session: its hello is logged under the member’s tag and is the current one', async store => {
    await claimedBy(store, 'anna')
    const { member, tag } = newMember('anna')
    const hello = { ...helloOf('anna'), session: idOf('session 2'), at: 3000 }
    assert.equal(await store.appendHello(ROOM, hello), 2)
    const { entries } = await store.page(ROOM, 'after', 1, 1e6)
    assert.deepEqual(entries, [{ seq: 2, kind: 'hello', tag, ...hello }])
    const [stored] = (await store.readRoom(ROOM))?.members ?? []
    assert.deepEqual([stored?.member, stored?.session], [member, hello.session])
  })

  suite('hellos: found by session, missing told, the rest left for the next question', async store => {
    await claimedBy(store, 'anna', 'bob', 'carl')
    const sessions = ['anna', 'nobody', 'bob', 'carl'].map(name => idOf(`session ${name}`))
    const all = await store.hellos(ROOM, sessions, 1e6)
    assert.deepEqual(all, {
      hellos: ['anna', 'bob', 'carl'].map(name => {
        const { member, session, tag, at, hello } = newMember(name)
        return { member, session, tag, at, sealed: hello }
      }),
      missing: [idOf('session nobody')],
    })
    const [first] = all.hellos
    assert.deepEqual(await store.hellos(ROOM, sessions, 1), { ...all, hellos: [first] })
    assert.deepEqual(await store.hellos(ROOM, sessions, 2 * (80 + ENVELOPE_BYTES) + 1), {
      ...all,
      hellos: all.hellos.slice(0, 2),
    })
  })

  suite('hellos: a session announced by two members has two, and of each member the newest', async store => {
    await claimedBy(store, 'anna', 'eve')
    const session = idOf('session anna')
    await store.appendHello(ROOM, { ...helloOf('eve'), session, at: 3000 })
    await store.appendHello(ROOM, { ...helloOf('eve'), session, sealed: bytesOf('newest', 20), at: 4000 })
    const { hellos } = await store.hellos(ROOM, [session], 1e6)
    assert.deepEqual(
      hellos.map(({ member, at }) => [member, at]),
      [
        [idOf('member anna'), 1000],
        [idOf('member eve'), 4000],
      ],
    )
  })

  suite('a closed store refuses', async store => {
    await claimedBy(store)
    const last = store.append(ROOM, newMessage('anna', 'last'))
    await store.close()
    assert.equal((await last).seq, 1)
    await assert.rejects(store.readRoom(ROOM), /closed/)
  })

  suite('numbers and secrets live on when a member continues after it was gone', async store => {
    await claimedBy(store, 'anna')
    await store.setPresence(ROOM, idOf('member anna'), 'away', 2000)
    await store.expire(ROOM, 2001, 3000)
    const again = newMember('anna', { supersedes: secretOf('anna'), secretHash: secretOf('2'), at: 4000 })
    assert.deepEqual(await joined(store, again), {
      oldest: 1,
      head: 2,
      mailbox: 0,
      replaced: undefined,
      undelivered: [],
    })
    assert.equal((await store.readRoom(ROOM))?.members[0]?.since, 4000)
  })
}

const helloOf = (name: string) => ({
  member: idOf(`member ${name}`),
  session: idOf(`session ${name}`),
  sealed: bytesOf(`hello of ${name}`, 60),
})
