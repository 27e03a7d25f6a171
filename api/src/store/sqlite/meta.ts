import type { DatabaseSync } from 'node:sqlite'
import { query } from './query.ts'

/** The few facts about the deployment as a whole: each is set once. */
export class Meta {
  readonly #insert
  readonly #read

  constructor(db: DatabaseSync) {
    this.#insert = query<[name: string, value: string]>(
      db,
      'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING',
    )
    this.#read = query<[name: string], { value: string }>(db, 'SELECT value FROM meta WHERE name = ?')
  }

  /** The value that was set first: now or before. */
  setOnce(name: 'deployment' | 'setup', value: string): string {
    this.#insert.run(name, value)
    return this.#read.get(name)?.value ?? value
  }
}
