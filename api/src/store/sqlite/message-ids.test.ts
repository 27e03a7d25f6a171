import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { claimedBy, idOf, mailboxOf, newMessage, ROOM } from '../../../test/contracts/room-store-samples.ts'
import { type Stored, StoreError } from '../../room/ports.ts'
import { createRoomStore, openRoomStore } from '../sqlite-room-store.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrations.ts'

const base = mkdtempSync(join(tmpdir(), 'message-ids-'))
after(() => rmSync(base, { recursive: true, force: true }))

let count = 0
const newDirectory = () => join(base, `${count++}`)
const open = (directory: string) => openRoomStore({ directory, sync: 'normal' })

test('ids that were forgotten in a turn that failed are known again', async () => {
  const db = openDatabase(newDirectory(), 'normal')
  migrate(db)
  const store = createRoomStore(db)
  await claimedBy(store, 'anna')
  const message = newMessage('anna', 'one')
  await store.append(ROOM, message)
  // COMMIT itself fails: a deferred constraint is checked there.
  db.exec('CREATE TABLE child (n INTEGER REFERENCES rooms (room) DEFERRABLE INITIALLY DEFERRED)')
  db.exec(`CREATE TRIGGER fail AFTER UPDATE ON id_bundles BEGIN INSERT INTO child VALUES (999); END`)
  await assert.rejects(store.prune(ROOM, { messages: 0, bytes: 0, age: 0 }, 9000, 9000, 1e6), StoreError)
  db.exec('DROP TRIGGER fail')
  assert.deepEqual(await store.append(ROOM, message), { fresh: false, seq: 2, at: 2000 })
  assert.equal((await store.readRoom(ROOM))?.oldest, 1)
  await store.close()
})

test('ids that were remembered in a turn that failed are not, and what comes next is', async () => {
  const db = openDatabase(newDirectory(), 'normal')
  migrate(db)
  const store = createRoomStore(db)
  await claimedBy(store, 'anna')
  const [one, two] = [newMessage('anna', 'one'), newMessage('anna', 'two')]
  db.exec(`CREATE TRIGGER fail BEFORE INSERT ON entry_bundles BEGIN SELECT raise(ABORT, 'no'); END`)
  const outcomes = await Promise.allSettled([store.append(ROOM, one), store.append(ROOM, two)])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  db.exec('DROP TRIGGER fail')
  assert.deepEqual(await store.stored(ROOM, [one.id, two.id]), [])
  assert.deepEqual(await store.append(ROOM, two), { fresh: true, seq: 2, at: 2000 })
  assert.deepEqual(await store.append(ROOM, one), { fresh: true, seq: 3, at: 2000 })
  assert.deepEqual(await store.append(ROOM, two), { fresh: false, seq: 2, at: 2000 })
  await store.close()
})

test('ids that only the log has are known after a restart, in a row or not; forgotten ones stay forgotten', async () => {
  const directory = newDirectory()
  let store = open(directory)
  const restart = async () => {
    await store.close()
    store = open(directory)
  }
  await claimedBy(store, 'anna')
  const messages = Array.from({ length: 600 }, (_, n) => newMessage('anna', `${n}`))
  const direct = newMessage('anna', 'direct')
  const knownOf = async () => (await store.stored(ROOM, [...messages.map(({ id }) => id), direct.id])).length
  for (const [n, message] of messages.entries()) {
    await store.append(ROOM, message)
    if (n === 40) await store.deliver(ROOM, idOf('member anna'), direct, mailboxOf(10))
    if (n % 100 === 50) await restart()
    if (n % 100 === 50) assert.equal(await knownOf(), n + 1 + Number(n > 40))
  }
  await restart()
  for (const [n, message] of messages.entries())
    assert.deepEqual(await store.append(ROOM, message), { fresh: false, seq: n + 2, at: 2000 })
  assert.equal(
    ((await store.deliver(ROOM, idOf('member anna'), direct, mailboxOf(10))) as Stored).fresh,
    false,
  )
  const all = { messages: 1e6, bytes: 1e9, age: 1e9 }
  while (await store.prune(ROOM, all, 3000, 0, 10));
  assert.equal(await knownOf(), 10)
  await restart()
  assert.equal(await knownOf(), 10)
  while (await store.prune(ROOM, all, 3000, 0, 0));
  await restart()
  assert.equal(await knownOf(), 0)
  assert.equal((await store.readRoom(ROOM))?.oldest, 1)
  assert.equal((await store.append(ROOM, newMessage('anna', '7'))).fresh, true)
  await restart()
  assert.equal(await knownOf(), 1)
  while (await store.prune(ROOM, { ...all, messages: 1 }, 3000, 0, 10));
  await store.append(ROOM, newMessage('anna', '8'))
  while (await store.prune(ROOM, { ...all, messages: 1 }, 3000, 0, 10));
  await restart()
  assert.equal((await store.append(ROOM, newMessage('anna', '7'))).fresh, false)
  await store.close()
})

test('ids of entries that the log drops before they have a row are known after a restart', async () => {
  const directory = newDirectory()
  const store = open(directory)
  await claimedBy(store, 'anna')
  const messages = Array.from({ length: 20 }, (_, n) => newMessage('anna', `${n}`))
  for (const message of messages) await store.append(ROOM, message)
  while (await store.prune(ROOM, { messages: 5, bytes: 1e9, age: 1e9 }, 3000, 0, 1e6));
  await store.close()
  const later = open(directory)
  for (const [n, message] of messages.entries())
    assert.deepEqual(await later.append(ROOM, message), { fresh: false, seq: n + 2, at: 2000 })
  await later.close()
})
