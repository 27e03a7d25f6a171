import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** A prepared statement with the types of its parameters and of its rows. */
export type Query<Parameters extends SQLInputValue[], Row = never> = {
  get(...parameters: Parameters): Row | undefined
  all(...parameters: Parameters): Row[]
  iterate(...parameters: Parameters): Iterable<Row>
  run(...parameters: Parameters): { readonly changes: number; readonly lastInsertRowid: number }
}

// The one place where the untyped face of SQLite gets its types: SQL and types stand side by side at each call.
export const query = <Parameters extends SQLInputValue[], Row = never>(
  db: DatabaseSync,
  sql: string,
): Query<Parameters, Row> => db.prepare(sql) as unknown as Query<Parameters, Row>

/** Base64url is the wire's form; the database holds the bytes, which are a quarter smaller. */
export const toBlob = (text: string): Uint8Array => Buffer.from(text, 'base64url')

export const fromBlob = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
