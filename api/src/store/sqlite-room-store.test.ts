import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
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
import { MIGRATIONS, migrate, StoreTooNew } from './sqlite/migrations.ts'
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

test('whoever resumes and is here already costs no write; coming back from away is written', async () => {
  const db = openDatabase(newDirectory(), 'normal')
  migrate(db)
  const store = createRoomStore(db)
  await claimedBy(store, 'anna')
  const anna = idOf('member anna')
  const resume = (at: number) => store.resume(ROOM, secretOf('anna'), at, 0, 10)
  const changes = () => db.prepare('SELECT total_changes() AS count').get()?.['count']
  const before = changes()
  const here = await resume(5_000)
  assert.ok(typeof here === 'object' && here.since < 5_000)
  assert.equal(changes(), before)
  await store.setPresence(ROOM, anna, 'away', 6_000)
  const back = await resume(7_000)
  assert.deepEqual(back, { ...here, since: 7_000 })
  assert.notEqual(changes(), before)
  // The time of its secret runs from when it was here last, not from when it came.
  await store.setPresence(ROOM, anna, 'away', 9_000)
  assert.ok(typeof (await store.resume(ROOM, secretOf('anna'), 9_500, 9_000, 10)) === 'object')
  await store.close()
})

test('of a transaction that failed nothing is remembered of its members', async () => {
  const db = openDatabase(newDirectory(), 'normal')
  migrate(db)
  const store = createRoomStore(db)
  await claimedBy(store, 'anna')
  const resume = () => store.resume(ROOM, secretOf('anna'), 5_000, 0, 10)
  const before = await resume()
  db.exec("CREATE TEMP TRIGGER fail BEFORE INSERT ON hellos BEGIN SELECT RAISE(ABORT, 'on purpose'); END")
  const hello = {
    member: idOf('member anna'),
    session: idOf('session new'),
    at: 6_000,
    sealed: bytesOf('hello', 64),
  }
  await assert.rejects(store.appendHello(ROOM, hello))
  db.exec('DROP TRIGGER fail')
  assert.deepEqual(await resume(), before)
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

/** As a server of the first schema left it: anna and bob, a message for all, two for bob, one of which he has read. */
function firstSchema(directory: string): DatabaseSync {
  mkdirSync(directory)
  const db = new DatabaseSync(join(directory, 'chat-room.db'))
  db.exec(`${MIGRATIONS[0]}; PRAGMA user_version = 1`)
  const blob = (text: string) => Buffer.from(text, 'base64url')
  const insert = (table: string, ...values: (string | number | null | Uint8Array)[]) =>
    db.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values)
  const { creation, record, wrap } = claimOf(ROOM)
  const first = 2 ** 33
  insert('rooms', 1, ROOM, blob(idOf('log')), blob(creation), blob(record), blob(wrap), 1, 1, 1, 0, 0, 0, 0)
  let total = 0
  for (const [index, name] of ['anna', 'bob'].entries()) {
    const { member, session, tag, hello, secretHash, at } = newMember(name)
    total += blob(hello).length
    const [key, ids] = [first + index + 1, [blob(member), blob(session)]]
    insert('entries', key, 0, at, total, ...ids, null, null)
    insert('hellos', key, 1, blob(session), blob(member), at, null, blob(tag), blob(hello))
    const mail = name === 'bob' ? [2, 1] : [0, 0]
    insert('members', 1, blob(member), blob(tag), blob(session), 0, at, ...mail, 0, blob(secretHash), at)
  }
  const group = newMessage('anna', '3')
  const [member, session] = [blob(group.member), blob(group.session)]
  total += blob(group.sealed).length
  insert('entries', first + 3, 1, group.at, total, member, session, blob(group.id), blob(group.sealed))
  const dm = newMessage('anna', '2')
  insert('mail', 1, blob(idOf('member bob')), 2, dm.at, blob(dm.id), member, session, blob(dm.sealed))
  for (const [index, [name, number, direct]] of (
    [
      ['1', 1, 1],
      ['2', 2, 1],
      ['3', 3, 0],
    ] as const
  ).entries())
    insert('message_ids', 10 + index, 1, blob(newMessage('anna', name).id), number, 2000, direct)
  return db
}

test('data of the first schema is brought up to date: the log, ids, and shares of mailboxes', async () => {
  const directory = newDirectory()
  firstSchema(directory).close()
  const store = open(directory)
  const { entries } = await store.page(ROOM, 'after', 0, 1e6)
  const { id, member, session, sealed, at } = newMessage('anna', '3')
  const helloOf = (name: string, seq: number) => {
    const { hello, secretHash: _, supersedes: __, ...newcomer } = newMember(name)
    return { seq, kind: 'hello', ...newcomer, sealed: hello }
  }
  const message = { seq: 3, kind: 'message', id, member, session, sealed, at }
  assert.deepEqual(entries, [helloOf('anna', 1), helloOf('bob', 2), message])
  const bob = idOf('member bob')
  const send = (name: string, bounds: ReturnType<typeof mailboxOf>) =>
    store.deliver(ROOM, bob, newMessage('anna', name), bounds)
  assert.equal(await send('4', mailboxOf(4, { shares: 4 })), 'mailbox-full')
  assert.equal(await send('4', mailboxOf(10, { bytes: 59 })), 'mailbox-full')
  assert.deepEqual(await send('4', mailboxOf(10, { bytes: 60 })), { fresh: true, seq: 3, at: 2000 })
  assert.deepEqual(await store.append(ROOM, newMessage('anna', '3')), { fresh: false, seq: 3, at: 2000 })
  // The hellos' bytes count as well.
  const bytes = entries.reduce((sum, entry) => sum + Buffer.from(entry.sealed, 'base64url').length, 0)
  await store.prune(ROOM, { messages: 100, bytes, age: 1e9 }, 3000, 0, 100)
  assert.equal((await store.readRoom(ROOM))?.oldest, 1)
  while (await store.prune(ROOM, { messages: 100, bytes: bytes - 1, age: 1e9 }, 3000, 0, 2));
  assert.equal((await store.readRoom(ROOM))?.oldest, 2)
  const known = await store.stored(
    ROOM,
    ['1', '2', '3', '4'].map(name => idOf(`message ${name}`)),
  )
  assert.deepEqual(
    known.map(entry => entry.id),
    [idOf('message 3'), idOf('message 4')],
  )
  await store.close()
})

test('a migration that fails leaves the data as it was, and is done when the fault is mended', async () => {
  const directory = newDirectory()
  const before = firstSchema(directory)
  // Its second step meets a table that is in its way.
  before.exec('CREATE TABLE mail_shares (n INTEGER)')
  const schemaOf = (db: DatabaseSync) => db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()
  const schema = schemaOf(before)
  before.close()
  assert.throws(() => open(directory), /mail_shares already exists/)
  const after = new DatabaseSync(join(directory, 'chat-room.db'))
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

test('a turn of more than a row holds is in order, page by page in both directions, before and after a restart', async () => {
  const directory = newDirectory()
  let store = open(directory)
  await claimedBy(store, 'anna')
  const sizes = [...Array.from({ length: 300 }, () => 100), 60_000, 60_000, 1, 60_000]
  const messages = sizes.map((size, n) => newMessage('anna', `${n}`, { sealed: bytesOf(`${n}`, size) }))
  await Promise.all(messages.map(message => store.append(ROOM, message)))
  // The log begins in the middle of a row.
  while (await store.prune(ROOM, { messages: 250, bytes: 1e9, age: 1e9 }, 3000, 0, 150));
  const kept = messages.slice(-250).map(({ id }) => id)
  const read = async (direction: 'after' | 'before') => {
    const ids: (string | undefined)[] = []
    for (let seq = direction === 'after' ? 0 : 1e6; ; ) {
      const { entries, done } = await store.page(ROOM, direction, seq, 3_000)
      const page = entries.map(({ id }) => id)
      if (direction === 'after') ids.push(...page)
      else ids.unshift(...page)
      seq = entries.at(direction === 'after' ? -1 : 0)?.seq ?? 0
      if (done) return ids
    }
  }
  for (const _ of ['before', 'after']) {
    assert.deepEqual(await read('after'), kept)
    assert.deepEqual(await read('before'), kept)
    const known = await store.stored(
      ROOM,
      messages.map(({ id }) => id),
    )
    assert.deepEqual(
      known.map(({ id }) => id),
      messages.slice(-150).map(({ id }) => id),
    )
    await store.close()
    store = open(directory)
  }
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
