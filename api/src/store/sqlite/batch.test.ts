import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StoreError } from '../../room/ports.ts'
import { Batch } from './batch.ts'

function openBatch(schema: string) {
  const db = new DatabaseSync(':memory:')
  db.exec(schema)
  const rollbacks = { count: 0 }
  const said: string[] = []
  const hooks = {
    beforeCommit: () => void said.push(db.isTransaction ? 'before the commit' : 'too late'),
    committed: () => void said.push(db.isTransaction ? 'too early' : 'committed'),
    rolledBack: () => void rollbacks.count++,
  }
  const batch = new Batch(db, hooks)
  return { db, batch, rollbacks, hooks, said }
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

test('what is gathered in a turn is written before its commit; where that fails, so does each job', async () => {
  const { db, batch, rollbacks, hooks, said } = openBatch('CREATE TABLE t (n INTEGER)')
  await Promise.all([batch.run(() => said.push('one')), batch.run(() => said.push('two'))])
  assert.deepEqual(said, ['one', 'two', 'before the commit', 'committed'])
  hooks.beforeCommit = () => void db.exec('INSERT INTO nowhere VALUES (1)')
  const outcomes = await Promise.allSettled([batch.run(() => 1), batch.run(() => 2)])
  assert.deepEqual(reasons(outcomes), ['failed', 'failed'])
  assert.equal(rollbacks.count, 3)
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
