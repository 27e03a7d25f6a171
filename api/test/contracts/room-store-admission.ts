import assert from 'node:assert/strict'
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

export function registerAdmissionTests(suite: Suite): void {
  suite('the deployment keeps its first name', async store => {
    assert.equal(await store.deployment(idOf('first')), idOf('first'))
    assert.equal(await store.deployment(idOf('second')), idOf('first'))
  })

  suite('the deployment is bound to one OPAQUE setup', async store => {
    assert.equal(await store.bindSetup('hash one'), 'bound')
    assert.equal(await store.bindSetup('hash one'), 'bound')
    assert.equal(await store.bindSetup('hash two'), 'mismatch')
    assert.equal(await store.bindSetup('hash one'), 'bound')
  })

  suite('M2: of 200 claims at once exactly one gets true, and its claim is the stored one', async store => {
    assert.equal(await store.readRoom(ROOM), undefined)
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => store.claim(ROOM, claimOf(`${n}`), idOf(`log ${n}`))),
    )
    assert.equal(answers.filter(Boolean).length, 1)
    const winner = answers.indexOf(true)
    assert.deepEqual(await store.readRoom(ROOM), {
      claim: claimOf(`${winner}`),
      log: idOf(`log ${winner}`),
      oldest: 1,
      head: 0,
      latest: 0,
      members: [],
    })
  })

  suite('rooms are apart, and all claimed ones are listed', async store => {
    await claimedBy(store, 'anna')
    await store.claim('other', claimOf('other'), idOf('other log'))
    assert.deepEqual([...(await store.rooms())].sort(), ['main', 'other'])
    assert.equal((await store.readRoom('other'))?.head, 0)
    const inOther = await store.join('other', newMember('anna'), LIMIT, 0)
    assert.deepEqual(inOther, { oldest: 1, head: 1, mailbox: 0, replaced: undefined, undelivered: [] })
    assert.deepEqual(await store.append('other', newMessage('anna', 'x')), { fresh: true, seq: 2, at: 2000 })
    assert.deepEqual(await store.append(ROOM, newMessage('anna', 'x')), { fresh: true, seq: 2, at: 2000 })
  })

  suite('an operation on an unclaimed room is a bug', async store => {
    await assert.rejects(store.append('nowhere', newMessage('anna', 'x')), /not claimed/)
    await assert.rejects(store.join('nowhere', newMember('anna'), LIMIT, 0), /not claimed/)
  })

  suite('a join stores the member and appends its hello', async store => {
    await claimedBy(store)
    const answer = await store.join(ROOM, newMember('anna'), LIMIT, 0)
    assert.deepEqual(answer, { oldest: 1, head: 1, mailbox: 0, replaced: undefined, undelivered: [] })
    const { member, session, tag, hello } = newMember('anna')
    const room = await store.readRoom(ROOM)
    assert.deepEqual(room?.members, [{ member, session, tag, presence: 'here', since: 1000, mailbox: 0 }])
    assert.equal(room?.latest, 1000)
    const { entries } = await store.page(ROOM, 'after', 0, 1e6)
    assert.deepEqual(entries, [{ seq: 1, at: 1000, kind: 'hello', member, session, tag, sealed: hello }])
  })

  suite('M5: of 50 joins at once with one tag exactly one gets it, and the others change nothing', async store => {
    await claimedBy(store)
    const tag = idOf('the tag')
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.join(ROOM, newMember(`${n}`, { tag }), LIMIT, 0)),
    )
    assert.equal(answers.filter(answer => answer === 'alias-taken').length, 49)
    const room = await store.readRoom(ROOM)
    assert.equal(room?.members.length, 1)
    assert.equal(room?.head, 1)
  })

  suite('M5: an away member holds its tag, a gone one does not', async store => {
    await claimedBy(store, 'anna')
    const { tag, member } = newMember('anna')
    await store.setPresence(ROOM, member, 'away', 3000)
    assert.equal(await store.join(ROOM, newMember('bob', { tag }), LIMIT, 0), 'alias-taken')
    await store.expire(ROOM, 3001, 4000)
    assert.equal((await joined(store, newMember('bob', { tag }))).head, 2)
  })

  suite('a known member id is refused without its secret', async store => {
    await claimedBy(store, 'anna', 'bob')
    const { member } = newMember('anna')
    const refusals = await Promise.all([
      store.join(ROOM, newMember('eve', { member }), LIMIT, 0),
      store.join(ROOM, newMember('eve', { member, supersedes: secretOf('bob') }), LIMIT, 0),
      store.join(ROOM, newMember('eve', { member, supersedes: bytesOf('guess', 32) }), LIMIT, 0),
      store.join(ROOM, newMember('eve', { member, supersedes: secretOf('anna') }), LIMIT, 1001 + 1e9),
    ])
    // The last: as long as its member is here, a secret is seen.
    assert.deepEqual(refusals.slice(0, 3), ['member-taken', 'member-taken', 'member-taken'])
    assert.equal(typeof refusals[3], 'object')
  })

  suite('a hash that another member has is refused as member-taken, and changes nothing', async store => {
    await claimedBy(store, 'anna', 'bob')
    const before = await store.readRoom(ROOM)
    const secretHash = secretOf('anna')
    assert.equal(await store.join(ROOM, newMember('eve', { secretHash }), LIMIT, 0), 'member-taken')
    // Void by its age, it is still that member's.
    assert.equal(await store.join(ROOM, newMember('eve', { secretHash }), LIMIT, 1e9), 'member-taken')
    const other = newMember('bob', { secretHash, supersedes: secretOf('bob') })
    assert.equal(await store.join(ROOM, other, LIMIT, 0), 'member-taken')
    assert.deepEqual(await store.readRoom(ROOM), before)
    assert.equal(typeof (await store.join('main', newMember('eve'), LIMIT, 0)), 'object')
  })

  suite('its own hash a member may bring again, and so may whoever replaces it', async store => {
    await claimedBy(store, 'anna')
    const supersedes = secretOf('anna')
    await joined(store, newMember('anna', { session: idOf('next'), supersedes }))
    assert.equal(typeof (await store.resume(ROOM, supersedes, 4000, 0, LIMIT)), 'object')
    const anew = await joined(store, newMember('anna anew', { secretHash: supersedes, supersedes }))
    assert.equal(anew.replaced, idOf('member anna'))
    const back = await store.resume(ROOM, supersedes, 5000, 0, LIMIT)
    assert.ok(typeof back === 'object' && back.member === idOf('member anna anew'))
    await store.leave(ROOM, newMessage('anna anew', 'bye'))
    // A secret that is void for good is nobody's.
    await joined(store, newMember('eve', { secretHash: supersedes }))
  })

  suite('a secret not seen since notBefore proves nothing', async store => {
    await claimedBy(store, 'anna')
    const { member } = newMember('anna')
    await store.setPresence(ROOM, member, 'away', 5000)
    const again = newMember('anna', { secretHash: secretOf('anna 2'), supersedes: secretOf('anna') })
    assert.equal(await store.join(ROOM, again, LIMIT, 5001), 'member-taken')
    assert.equal(await store.resume(ROOM, secretOf('anna'), 6000, 5001, LIMIT), 'unknown-secret')
    assert.equal(typeof (await store.join(ROOM, again, LIMIT, 5000)), 'object')
  })

  suite('a continued member keeps its mailbox, changes tag and session, and its old secret is void', async store => {
    await claimedBy(store, 'anna', 'bob')
    const { member } = newMember('anna')
    await store.deliver(ROOM, member, newMessage('bob', 'dm'), mailboxOf(10))
    const again = newMember('anna', {
      session: idOf('session anna 2'),
      tag: idOf('tag anna 2'),
      secretHash: secretOf('anna 2'),
      supersedes: secretOf('anna'),
      at: 3000,
    })
    assert.deepEqual(await store.join(ROOM, again, 2, 0), {
      oldest: 1,
      head: 3,
      mailbox: 1,
      replaced: undefined,
      undelivered: [],
    })
    const found = (await store.readRoom(ROOM))?.members.find(one => one.member === member)
    assert.deepEqual(found, {
      member,
      session: again.session,
      tag: again.tag,
      presence: 'here',
      since: 1000,
      mailbox: 1,
    })
    assert.equal((await store.mailboxPage(ROOM, member, 0, 1e6)).entries.length, 1)
    assert.equal(await store.resume(ROOM, secretOf('anna'), 4000, 0, LIMIT), 'unknown-secret')
    // The tag that it gave up is free.
    assert.equal(
      typeof (await store.join(ROOM, newMember('carl', { tag: idOf('tag anna') }), LIMIT, 0)),
      'object',
    )
  })

  suite('a replaced member is gone for good: tag free, mailbox undelivered, secret void', async store => {
    await claimedBy(store, 'anna', 'bob')
    const { member: old, tag } = newMember('anna')
    await store.deliver(ROOM, old, newMessage('bob', 'dm 1'), mailboxOf(10))
    await store.deliver(ROOM, old, newMessage('bob', 'dm 2'), mailboxOf(10))
    const fresh = newMember('anna anew', { tag, supersedes: secretOf('anna') })
    const bob = idOf('member bob')
    // The room may be full: it takes the place of the replaced one.
    assert.deepEqual(await store.join(ROOM, fresh, 2, 0), {
      oldest: 1,
      head: 3,
      mailbox: 0,
      replaced: old,
      undelivered: [
        { id: idOf('message dm 1'), from: bob, to: old },
        { id: idOf('message dm 2'), from: bob, to: old },
      ],
    })
    assert.deepEqual(
      (await store.readRoom(ROOM))?.members.map(one => one.member).sort(),
      [bob, fresh.member].sort(),
    )
    assert.equal(await store.resume(ROOM, secretOf('anna'), 4000, 0, LIMIT), 'unknown-secret')
    assert.equal(
      await store.deliver(ROOM, old, newMessage('bob', 'dm 3'), mailboxOf(10)),
      'unknown-recipient',
    )
    // Its id stays known: nobody else may take it.
    assert.equal(await store.join(ROOM, newMember('eve', { member: old }), LIMIT, 0), 'member-taken')
  })

  suite('a refused join leaves the member that it would have replaced as it was', async store => {
    await claimedBy(store, 'anna', 'bob')
    const before = await store.readRoom(ROOM)
    const fresh = newMember('anna anew', { tag: idOf('tag bob'), supersedes: secretOf('anna') })
    assert.equal(await store.join(ROOM, fresh, LIMIT, 0), 'alias-taken')
    assert.deepEqual(await store.readRoom(ROOM), before)
    assert.equal(typeof (await store.resume(ROOM, secretOf('anna'), 4000, 0, LIMIT)), 'object')
  })

  suite('the limit counts present and away members, not the gone', async store => {
    await claimedBy(store, 'anna', 'bob')
    await store.setPresence(ROOM, idOf('member anna'), 'away', 3000)
    assert.equal(await store.join(ROOM, newMember('carl'), 2, 0), 'room-full')
    await store.expire(ROOM, 3001, 4000)
    assert.equal((await joined(store, newMember('carl'), 2)).head, 3)
    assert.equal(await store.resume(ROOM, secretOf('anna'), 5000, 0, 2), 'room-full')
    assert.equal(typeof (await store.resume(ROOM, secretOf('anna'), 5000, 0, 3)), 'object')
  })

  suite('resume: an away member is here again, and the secret’s time begins anew', async store => {
    await claimedBy(store, 'anna')
    const { member, session, tag } = newMember('anna')
    await store.setPresence(ROOM, member, 'away', 3000)
    assert.deepEqual(await store.resume(ROOM, secretOf('anna'), 4000, 3000, LIMIT), {
      member,
      session,
      tag,
      presence: 'here',
      since: 4000,
      mailbox: 0,
      oldest: 1,
      head: 1,
    })
    await store.setPresence(ROOM, member, 'away', 4500)
    assert.equal(typeof (await store.resume(ROOM, secretOf('anna'), 5000, 4500, LIMIT)), 'object')
    assert.equal((await store.readRoom(ROOM))?.head, 1)
  })

  suite('resume: a gone member comes back with its tag and its mailbox’s numbers, if the tag is free', async store => {
    await claimedBy(store, 'anna', 'bob')
    const { member, tag } = newMember('anna')
    await store.deliver(ROOM, member, newMessage('bob', 'dm'), mailboxOf(10))
    await store.setPresence(ROOM, member, 'away', 3000)
    const expired = await store.expire(ROOM, 3001, 4000)
    assert.deepEqual(expired, {
      gone: [member],
      undelivered: [{ id: idOf('message dm'), from: idOf('member bob'), to: member }],
    })
    const thief = newMember('thief', { tag })
    await joined(store, thief)
    assert.equal(await store.resume(ROOM, secretOf('anna'), 5000, 0, LIMIT), 'alias-taken')
    await store.leave(ROOM, { ...newMessage('thief', 'bye'), at: 5500 })
    const back = await store.resume(ROOM, secretOf('anna'), 6000, 0, LIMIT)
    assert.ok(typeof back === 'object')
    assert.deepEqual([back.presence, back.tag, back.mailbox], ['here', tag, 1])
    assert.deepEqual(await store.mailboxPage(ROOM, member, 0, 1e6), { entries: [], done: true })
    const next = await store.deliver(ROOM, member, newMessage('bob', 'dm 2'), mailboxOf(10))
    assert.deepEqual(next, { fresh: true, seq: 2, at: 2000 })
  })

  suite('expire takes only those away since before the time', async store => {
    await claimedBy(store, 'anna', 'bob', 'carl')
    await store.setPresence(ROOM, idOf('member anna'), 'away', 3000)
    await store.setPresence(ROOM, idOf('member bob'), 'away', 3001)
    const { gone } = await store.expire(ROOM, 3001, 4000)
    assert.deepEqual(gone, [idOf('member anna')])
    const { members } = (await store.readRoom(ROOM)) ?? { members: [] }
    assert.deepEqual(members.map(one => `${one.presence} ${one.since}`).sort(), ['away 3001', 'here 1000'])
    assert.deepEqual(await store.expire(ROOM, 3001, 5000), { gone: [], undelivered: [] })
  })

  suite('M8: leave logs the bye, frees the tag, voids the secret, returns the mailbox', async store => {
    await claimedBy(store, 'anna', 'bob')
    const { member, session, tag } = newMember('anna')
    await store.deliver(ROOM, member, newMessage('bob', 'dm'), mailboxOf(10))
    const bye = newMessage('anna', 'bye')
    assert.deepEqual(await store.leave(ROOM, bye), {
      seq: 3,
      undelivered: [{ id: idOf('message dm'), from: idOf('member bob'), to: member }],
    })
    const { entries } = await store.page(ROOM, 'after', 2, 1e6)
    assert.deepEqual(entries, [
      { seq: 3, at: 2000, kind: 'bye', member, session, id: bye.id, sealed: bye.sealed },
    ])
    assert.equal(await store.resume(ROOM, secretOf('anna'), 3000, 0, LIMIT), 'unknown-secret')
    assert.equal(typeof (await store.join(ROOM, newMember('carl', { tag }), LIMIT, 0)), 'object')
  })

  suite('presence: since tells the last change, and a gone member is not revived', async store => {
    await claimedBy(store, 'anna')
    const { member } = newMember('anna')
    await store.setPresence(ROOM, member, 'here', 2000)
    assert.equal((await store.readRoom(ROOM))?.members[0]?.since, 1000)
    await store.setPresence(ROOM, member, 'away', 3000)
    await store.setPresence(ROOM, member, 'away', 4000)
    assert.equal((await store.readRoom(ROOM))?.members[0]?.since, 3000)
    await store.leave(ROOM, newMessage('anna', 'bye'))
    await store.setPresence(ROOM, member, 'here', 5000)
    assert.deepEqual((await store.readRoom(ROOM))?.members, [])
  })
}
