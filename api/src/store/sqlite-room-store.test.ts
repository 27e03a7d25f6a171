import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { registerRoomStoreTests } from '../../test/contracts/room-store.ts'
import {
  bytesOf,
  claimedBy,
  claimOf,
  idOf,
  mailboxOf,
  newMember,
  newMessage,
  ROOM,
  secretOf,
} from '../../test/contracts/room-store-samples.ts'
import { StoreError } from '../room/ports.ts'
import { openDatabase, StoreInUse } from './sqlite/database.ts'
import { migrate, StoreTooNew } from './sqlite/migrations.ts'
import { resetRooms } from './sqlite/reset-rooms.ts'
import { createRoomStore, openRoomStore } from './sqlite-room-store.ts'

const base = mkdtempSync(join(tmpdir(), 'room-store-'))
after(() => rmSync(base, { recursive: true, force: true }))

let count = 0
const newDirectory = () => join(base, `${count++}`)
const open = (directory: string) => openRoomStore({ directory, sync: 'normal' })

registerRoomStoreTests('sqlite', () => open(newDirectory()))

test('everything is there again after close and open', async () => {
  const directory = newDirectory()
  const first = open(directory)
  await first.deployment(idOf('deployment'))
  await first.bindSetup('setup')
  await claimedBy(first, 'anna', 'bob')
  await first.append(ROOM, newMessage('anna', 'one'))
  await first.deliver(ROOM, idOf('member bob'), newMessage('anna', 'dm'), mailboxOf(10))
  const read = async (store: typeof first) => [
    await store.deployment(idOf('another')),
    await store.readRoom(ROOM),
    await store.page(ROOM, 'after', 0, 1e6),
    await store.mailboxPage(ROOM, idOf('member bob'), 0, 1e6),
    await store.stored(ROOM, [idOf('message one'), idOf('message dm')]),
  ]
  const before = await read(first)
  await first.close()
  const second = open(directory)
  assert.deepEqual(await read(second), before)
  assert.equal(await second.bindSetup('another'), 'mismatch')
  assert.equal((await second.append(ROOM, newMessage('anna', 'one'))).fresh, false)
  assert.equal((await second.append(ROOM, newMessage('anna', 'two'))).seq, 4)
  await second.close()
})

test('an emptied log keeps its numbers across a restart', async () => {
  const directory = newDirectory()
  const first = open(directory)
  await claimedBy(first, 'anna')
  await first.append(ROOM, newMessage('anna', 'one'))
  await first.prune(ROOM, { messages: 10, bytes: 0, age: 1e9 }, 3000, 0, 1e6)
  const before = await first.readRoom(ROOM)
  assert.deepEqual([before?.oldest, before?.head], [3, 2])
  await first.close()
  const second = open(directory)
  assert.deepEqual(await second.readRoom(ROOM), before)
  assert.equal((await second.append(ROOM, newMessage('anna', 'two'))).seq, 3)
  await second.close()
})

for (const sync of ['normal', 'full'] as const)
  test(`what was acknowledged survives kill -9 (sync ${sync})`, async () => {
    const directory = newDirectory()
    const program = `
      import { openRoomStore } from ${JSON.stringify(import.meta.resolve('./sqlite-room-store.ts'))}
      import { claimedBy, newMessage, ROOM } from ${JSON.stringify(
        import.meta.resolve('../../test/contracts/room-store-samples.ts'),
      )}
      const store = openRoomStore({ directory: ${JSON.stringify(directory)}, sync: ${JSON.stringify(sync)} })
      await claimedBy(store, 'anna')
      for (let n = 0; ; n++) {
        const { seq } = await store.append(ROOM, newMessage('anna', String(n)))
        process.stdout.write(seq + '\\n')
      }`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    let last = 0
    for await (const line of createInterface(child.stdout)) {
      last = Number(line)
      if (last === 50) child.kill('SIGKILL')
    }
    assert.deepEqual(await exited, [null, 'SIGKILL'])
    const store = open(directory)
    const room = await store.readRoom(ROOM)
    assert.ok(last >= 50 && room !== undefined && room.head >= last, `${room?.head} of ${last}`)
    assert.deepEqual((await store.stored(ROOM, [idOf(`message ${last - 2}`)]))[0]?.seq, last)
    await store.close()
  })

test('a second opener is refused by name, and so is a reset, until the first one closes', async () => {
  const directory = newDirectory()
  const first = open(directory)
  assert.throws(() => open(directory), StoreInUse)
  assert.throws(() => resetRooms(directory), StoreInUse)
  const other = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { openRoomStore } from ${JSON.stringify(import.meta.resolve('./sqlite-room-store.ts'))}
       try { openRoomStore({ directory: ${JSON.stringify(directory)}, sync: 'normal' }) }
       catch (error) { process.stdout.write(error.name) }`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  assert.equal(String(Buffer.concat(await other.stdout.toArray())), 'StoreInUse')
  // The refused ones took nothing from the first.
  assert.equal(await first.claim(ROOM, claimOf(ROOM), idOf('log')), true)
  await first.close()
  await open(directory).close()
})

test('data of the first schema is brought up to date: shares of mailboxes and ids are counted', async () => {
  const directory = newDirectory()
  const bob = idOf('member bob')
  const first = open(directory)
  await claimedBy(first, 'anna', 'bob')
  for (const name of ['1', '2']) await first.deliver(ROOM, bob, newMessage('anna', name), mailboxOf(10))
  await first.append(ROOM, newMessage('anna', '3'))
  await first.close()
  const raw = new DatabaseSync(join(directory, 'chat-room.db'))
  raw.exec(`
    DROP TABLE mail_shares; DROP INDEX id_of_room;
    ALTER TABLE members DROP COLUMN waiting; ALTER TABLE message_ids DROP COLUMN ordinal;
    PRAGMA user_version = 1`)
  raw.close()
  const store = open(directory)
  const send = (name: string, bounds: ReturnType<typeof mailboxOf>) =>
    store.deliver(ROOM, bob, newMessage('anna', name), bounds)
  assert.equal(await send('4', mailboxOf(8, { shares: 4 })), 'mailbox-full')
  assert.equal(await send('4', mailboxOf(10, { bytes: 89 })), 'mailbox-full')
  assert.equal(typeof (await send('4', mailboxOf(10, { bytes: 90 }))), 'object')
  while (await store.prune(ROOM, { messages: 100, bytes: 1e9, age: 1e9 }, 3000, 0, 2));
  const known = await store.stored(
    ROOM,
    ['1', '2', '3', '4'].map(name => idOf(`message ${name}`)),
  )
  assert.deepEqual(
    known.map(({ id }) => id),
    [idOf('message 3'), idOf('message 4')],
  )
  await store.close()
})

test('a migration that fails leaves the data as it was, and is done when the fault is mended', async () => {
  const directory = newDirectory()
  const first = open(directory)
  await claimedBy(first, 'anna', 'bob')
  await first.close()
  const raw = () => new DatabaseSync(join(directory, 'chat-room.db'))
  const before = raw()
  // Its second step meets a table that is in its way.
  before.exec(`
    DROP INDEX id_of_room; ALTER TABLE members DROP COLUMN waiting; ALTER TABLE message_ids DROP COLUMN ordinal;
    PRAGMA user_version = 1`)
  const schemaOf = (db: DatabaseSync) => db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()
  const schema = schemaOf(before)
  before.close()
  assert.throws(() => open(directory), /mail_shares already exists/)
  const after = raw()
  assert.deepEqual(schemaOf(after), schema)
  assert.equal(after.prepare('PRAGMA user_version').get()?.['user_version'], 1)
  after.exec('DROP TABLE mail_shares')
  after.close()
  const store = open(directory)
  assert.equal((await store.readRoom(ROOM))?.members.length, 2)
  await store.close()
})

test('a database of a newer version is refused and left alone', async () => {
  const directory = newDirectory()
  await open(directory).close()
  const raw = new DatabaseSync(join(directory, 'chat-room.db'))
  raw.exec('PRAGMA user_version = 99')
  raw.close()
  assert.throws(() => open(directory), StoreTooNew)
  // It was let go, too.
  assert.throws(() => open(directory), StoreTooNew)
})

test('only the owner may read: directory 0700, files 0600, even where they were wider', async () => {
  const directory = newDirectory()
  const store = open(directory)
  await claimedBy(store, 'anna')
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
  assert.equal(mode(directory), '700')
  const files = readdirSync(directory)
  assert.ok(files.includes('chat-room.db-wal'))
  for (const file of files) assert.equal(mode(join(directory, file)), '600', file)
  await store.close()
})

test('a full disk refuses by name; reading, and writing once there is room, go on without a gap', async () => {
  const db = openDatabase(newDirectory(), 'normal')
  migrate(db)
  const store = createRoomStore(db)
  await claimedBy(store, 'anna')
  const pages = (db.prepare('PRAGMA page_count').get() as { page_count: number }).page_count
  db.exec(`PRAGMA max_page_count = ${pages + 2}`)
  const large = newMessage('anna', 'large', { sealed: bytesOf('large', 60_000) })
  const outcomes = await Promise.allSettled([
    store.append(ROOM, large),
    store.append(ROOM, newMessage('anna', 'small')),
    store.readRoom(ROOM),
  ])
  const [refused, small, room] = outcomes
  assert.ok(refused.status === 'rejected' && refused.reason instanceof StoreError)
  assert.equal(refused.reason.reason, 'disk-full')
  assert.ok(small.status === 'fulfilled' && small.value.seq === 2)
  assert.ok(room.status === 'fulfilled' && room.value?.head === 2)
  db.exec('PRAGMA max_page_count = 1000000')
  assert.deepEqual(await store.append(ROOM, large), { fresh: true, seq: 3, at: 2000 })
  await store.close()
})

test('ids that were forgotten in a turn that failed are known again', async () => {
  const db = openDatabase(newDirectory(), 'normal')
  migrate(db)
  const store = createRoomStore(db)
  await claimedBy(store, 'anna')
  const message = newMessage('anna', 'one')
  await store.append(ROOM, message)
  // COMMIT itself fails: a deferred constraint is checked there.
  db.exec('CREATE TABLE child (n INTEGER REFERENCES rooms (room) DEFERRABLE INITIALLY DEFERRED)')
  db.exec(`CREATE TRIGGER fail AFTER DELETE ON message_ids BEGIN INSERT INTO child VALUES (999); END`)
  await assert.rejects(store.prune(ROOM, { messages: 0, bytes: 0, age: 0 }, 9000, 9000, 1e6), StoreError)
  db.exec('DROP TRIGGER fail')
  assert.deepEqual(await store.append(ROOM, message), { fresh: false, seq: 2, at: 2000 })
  assert.equal((await store.readRoom(ROOM))?.oldest, 1)
  await store.close()
})

test('after a reset nothing is left: no room, no secret, no sealed byte', async () => {
  const directory = newDirectory()
  const store = open(directory)
  await store.deployment(idOf('deployment'))
  await claimedBy(store, 'anna')
  const message = newMessage('anna', 'one', { sealed: bytesOf('canary', 3_000) })
  await store.append(ROOM, message)
  await store.close()
  const canaries = [message.sealed.slice(0, 40), claimOf(ROOM).record.slice(0, 40), secretOf('anna')].map(
    text => Buffer.from(text, 'base64url'),
  )
  const found = () =>
    canaries.map(canary =>
      readdirSync(directory).some(file => readFileSync(join(directory, file)).includes(canary)),
    )
  assert.deepEqual(found(), [true, true, true])
  resetRooms(directory)
  assert.deepEqual(found(), [false, false, false])
  const again = open(directory)
  assert.deepEqual(await again.rooms(), [])
  assert.equal(await again.deployment(idOf('new')), idOf('new'))
  await claimedBy(again, 'anna')
  assert.equal((await again.readRoom(ROOM))?.members[0]?.member, newMember('anna').member)
  await again.close()
  assert.ok(existsSync(join(directory, 'chat-room.db')))
})
