import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StoreError } from '../../room/ports.ts'
import { Batch } from './batch.ts'

function openBatch(schema: string) {
  const db = new DatabaseSync(':memory:')
  db.exec(schema)
  const rollbacks = { count: 0 }
  const batch = new Batch(db, () => rollbacks.count++)
  return { db, batch, rollbacks }
}

const reasons = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.map(outcome =>
    outcome.status === 'fulfilled'
      ? 'done'
      : outcome.reason instanceof StoreError
        ? outcome.reason.reason
        : String(outcome.reason),
  )

test('a turn is one transaction, which begins and ends outside of the caller', async () => {
  const { db, batch } = openBatch('CREATE TABLE t (n INTEGER)')
  const insert = db.prepare('INSERT INTO t VALUES (?)')
  const first = batch.run(() => insert.run(1))
  assert.equal(db.isTransaction, false)
  const inside = batch.run(() => db.isTransaction)
  await first
  assert.equal(await inside, true)
  assert.equal(db.isTransaction, false)
})

test('a job that fails half-way is undone; its neighbours are done, in order', async () => {
  const { db, batch, rollbacks } = openBatch('CREATE TABLE t (n INTEGER)')
  const insert = db.prepare('INSERT INTO t VALUES (?)')
  const outcomes = await Promise.allSettled([
    batch.run(() => insert.run(1)),
    batch.run(() => {
      insert.run(2)
      throw new TypeError('a bug')
    }),
    batch.run(() => insert.run(3)),
  ])
  assert.deepEqual(reasons(outcomes), ['done', 'TypeError: a bug', 'done'])
  const rows = db.prepare('SELECT n FROM t ORDER BY rowid').all()
  assert.deepEqual(
    rows.map(row => row['n']),
    [1, 3],
  )
  assert.equal(rollbacks.count, 2)
})

test('a commit that fails rejects its whole batch, and the next batch is as good as ever', async () => {
  // A deferred constraint is checked by COMMIT itself.
  const { db, batch, rollbacks } = openBatch(`
    CREATE TABLE parent (n INTEGER PRIMARY KEY);
    CREATE TABLE child (n INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`)
  const insert = db.prepare('INSERT INTO child VALUES (?)')
  const outcomes = await Promise.allSettled([batch.run(() => 'a read'), batch.run(() => insert.run(1))])
  assert.deepEqual(reasons(outcomes), ['failed', 'failed'])
  assert.equal(rollbacks.count, 1)
  await batch.run(() => db.exec('INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)'))
  assert.deepEqual({ ...db.prepare('SELECT count(*) AS n FROM child').get() }, { n: 1 })
})

test('a full disk rejects what needs room, by name, and nothing else', async () => {
  const { db, batch } = openBatch('CREATE TABLE t (b BLOB)')
  db.exec('PRAGMA max_page_count = 12')
  const insert = db.prepare('INSERT INTO t VALUES (?)')
  const outcomes = await Promise.allSettled([
    batch.run(() => insert.run(new Uint8Array(10))),
    batch.run(() => insert.run(new Uint8Array(100_000))),
    batch.run(() => insert.run(new Uint8Array(10))),
  ])
  assert.deepEqual(reasons(outcomes), ['done', 'disk-full', 'done'])
  db.exec('PRAGMA max_page_count = 1000')
  await batch.run(() => insert.run(new Uint8Array(100_000)))
})

test('close commits what waits and refuses what comes', async () => {
  const { db, batch } = openBatch('CREATE TABLE t (n INTEGER)')
  const waiting = batch.run(() => db.exec('INSERT INTO t VALUES (1)'))
  batch.close()
  await waiting
  await assert.rejects(
    batch.run(() => 1),
    /closed/,
  )
})
