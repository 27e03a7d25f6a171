import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../room/ports.ts'
import { sqliteCode } from './database.ts'

type Job = {
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export type BatchHooks = {
  /** Writes what was gathered in the transaction. Whatever it throws fails the jobs. */
  beforeCommit(): void
  committed(): void
  /** Forgets all that was learned from the database during the transaction, and what was gathered. */
  rolledBack(): void
}

const SQLITE_FULL = 13

/**
 * All operations of one turn of the event loop are one transaction, run and committed after the loop has polled all
 * sockets; only then their promises settle, in the order of the calls. A read is a job like any other: it sees the
 * writes called before it, and does not tell of them before they are durable.
 */
export class Batch {
  readonly #db: DatabaseSync
  readonly #hooks: BatchHooks
  readonly #begin: { run(): unknown }
  readonly #commit: { run(): unknown }
  #jobs: Job[] = []
  #scheduled: NodeJS.Immediate | undefined
  #closed = false

  constructor(db: DatabaseSync, hooks: BatchHooks) {
    this.#db = db
    this.#hooks = hooks
    this.#begin = db.prepare('BEGIN')
    this.#commit = db.prepare('COMMIT')
  }

  /** `work` may run twice, the first time without effect: beside the database it changes nothing. */
  run<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ work, resolve: resolve as Job['resolve'], reject })
      this.#scheduled ??= setImmediate(() => this.#flush())
    })
  }

  /** Commits what waits and refuses what comes. */
  close(): void {
    this.#flush()
    this.#closed = true
  }

  #flush(): void {
    clearImmediate(this.#scheduled)
    this.#scheduled = undefined
    const jobs = this.#jobs
    this.#jobs = []
    if (jobs.length > 0) this.#transact(jobs)
  }

  #transact(jobs: readonly Job[]): void {
    const results: unknown[] = []
    try {
      this.#begin.run()
      for (const job of jobs) results.push(job.work())
      this.#hooks.beforeCommit()
    } catch (error) {
      this.#rollBack()
      // One job's failure is not its neighbours': each gets a transaction of its own. This costs nothing where
      // nothing fails, as a savepoint a job would.
      if (jobs.length > 1) for (const job of jobs) this.#transact([job])
      else jobs[0]?.reject(asStoreError(error))
      return
    }
    try {
      this.#commit.run()
    } catch (error) {
      this.#rollBack()
      for (const job of jobs) job.reject(asStoreError(error))
      return
    }
    this.#hooks.committed()
    for (const [index, job] of jobs.entries()) job.resolve(results[index])
  }

  #rollBack(): void {
    // After some failures (a full disk, say) SQLite has rolled back by itself.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
    this.#hooks.rolledBack()
  }
}

/** What is no error of SQLite's is a bug and stays what it is. */
function asStoreError(error: unknown): unknown {
  const code = sqliteCode(error)
  if (code === undefined) return error
  return new StoreError(code === SQLITE_FULL ? 'disk-full' : 'failed', error)
}
