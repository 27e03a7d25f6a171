import type { DatabaseSync } from 'node:sqlite'

/** The data was written by a newer version of this program. */
export class StoreTooNew extends Error {
  constructor(found: number, known: number) {
    super(`the data is of schema ${found}, this version knows up to ${known}: start the newer version again`)
    this.name = 'StoreTooNew'
  }
}

/**
 * Migration n leads from schema n to schema n + 1. What is here has been released: it is never edited, only followed.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- oldest, pruned, head, total and latest are of the last pruning; the newest entry of the log, if any, knows better.
  CREATE TABLE rooms (
    room INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    log BLOB NOT NULL,
    creation BLOB NOT NULL,
    record BLOB NOT NULL,
    wrap BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    profile INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    pruned INTEGER NOT NULL,
    head INTEGER NOT NULL,
    total INTEGER NOT NULL,
    latest INTEGER NOT NULL
  ) STRICT;

  -- key is the room's number and the entry's: one tree without an index, clustered by room, which grows at the right.
  -- total is the room's sealed bytes up to and with this entry since its log began, so that nobody need ever sum up.
  -- The bytes of a hello are in hellos, where they may outlive the entry.
  CREATE TABLE entries (
    key INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    member BLOB NOT NULL,
    session BLOB NOT NULL,
    id BLOB,
    sealed BLOB
  ) STRICT;

  -- key is the entry's. ended is the newest number that its session can have; NULL while the session lives.
  CREATE TABLE hellos (
    key INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    session BLOB NOT NULL,
    member BLOB NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER,
    tag BLOB NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE INDEX hello_of_session ON hellos (room, session);
  CREATE INDEX ended_hello ON hellos (room, ended) WHERE ended IS NOT NULL;

  -- In order of arrival and without an index by id, which would touch a page of its own for each random id: IdHints
  -- finds the place.
  CREATE TABLE message_ids (
    place INTEGER PRIMARY KEY,
    room INTEGER NOT NULL,
    id BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    direct INTEGER NOT NULL
  ) STRICT;

  -- presence: 0 here, 1 away, 2 gone. mailbox is its newest number, cleared the newest that was deleted.
  CREATE TABLE members (
    room INTEGER NOT NULL,
    member BLOB NOT NULL,
    tag BLOB NOT NULL,
    session BLOB NOT NULL,
    presence INTEGER NOT NULL,
    since INTEGER NOT NULL,
    mailbox INTEGER NOT NULL,
    cleared INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    secret BLOB,
    seen INTEGER NOT NULL,
    PRIMARY KEY (room, member)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX held_tag ON members (room, tag) WHERE presence < 2;
  CREATE UNIQUE INDEX member_of_secret ON members (room, secret) WHERE secret IS NOT NULL;
  CREATE INDEX gone_member ON members (room, seen) WHERE presence = 2;

  CREATE TABLE mail (
    room INTEGER NOT NULL,
    member BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    id BLOB NOT NULL,
    sender BLOB NOT NULL,
    session BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (room, member, number)
  ) STRICT;
  `,
  `
  -- waiting: sealed bytes in the mailbox.
  ALTER TABLE members ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
  UPDATE members SET waiting = (
    SELECT coalesce(sum(length(sealed)), 0) FROM mail WHERE mail.room = members.room AND mail.member = members.member);

  -- What each sender has in each mailbox, so that nobody need ever count.
  CREATE TABLE mail_shares (
    room INTEGER NOT NULL,
    member BLOB NOT NULL,
    sender BLOB NOT NULL,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (room, member, sender)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO mail_shares
    SELECT room, member, sender, count(*), sum(length(sealed)) FROM mail GROUP BY room, member, sender;

  -- ordinal counts up in each room, without holes: how many there are is the newest less the oldest, and the oldest are
  -- found at the left of the room's part of the index, which grows at its right.
  ALTER TABLE message_ids ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0;
  UPDATE message_ids SET ordinal = numbered.ordinal FROM (
    SELECT place, row_number() OVER (PARTITION BY room ORDER BY place) AS ordinal FROM message_ids
  ) AS numbered WHERE numbered.place = message_ids.place;
  CREATE UNIQUE INDEX id_of_room ON message_ids (room, ordinal);
  `,
  `
  -- What a room said in one turn is one row; of old, each entry is one. key is the newest entry's, at and total are its
  -- own, and the format of entries is that of entry-bundle.ts.
  CREATE TABLE entry_bundles (
    key INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    entries BLOB NOT NULL
  ) STRICT;
  INSERT INTO entry_bundles
    SELECT e.key, e.at, e.total, unhex(
      printf('%02x%012x%08x', e.kind, e.at, length(coalesce(e.sealed, h.sealed)))
      || hex(e.member) || hex(e.session) || hex(e.id) || hex(e.sealed))
    FROM entries e LEFT JOIN hellos h ON e.kind = 0 AND h.key = e.key ORDER BY e.key;
  DROP TABLE entries;

  -- Likewise: key is made of the room's number and the ordinal of the newest id, the format is that of id-bundle.ts.
  CREATE TABLE id_bundles (key INTEGER PRIMARY KEY, ids BLOB NOT NULL) STRICT;
  INSERT INTO id_bundles
    SELECT room * 8589934592 + ordinal, unhex(hex(id) || printf('%012x%012x%02x', number, at, direct))
    FROM message_ids ORDER BY room, ordinal;
  DROP TABLE message_ids;
  `,
  `
  -- logged: up to this number in the log, ids have rows, or had; those of the entries behind it are in the entries alone. The
  -- newest row of each room is kept for that, even empty.
  ALTER TABLE id_bundles ADD COLUMN logged INTEGER NOT NULL DEFAULT 0;
  INSERT INTO id_bundles (key, ids)
    SELECT room * 8589934592, x'' FROM rooms WHERE NOT EXISTS (
      SELECT 1 FROM id_bundles
      WHERE id_bundles.key BETWEEN rooms.room * 8589934592 AND rooms.room * 8589934592 + 8589934591);
  UPDATE id_bundles SET logged = rooms.head FROM rooms WHERE rooms.room = id_bundles.key / 8589934592;
  UPDATE id_bundles SET logged = newest.head FROM (
    SELECT key / 8589934592 AS room, max(key) % 8589934592 AS head FROM entry_bundles GROUP BY room
  ) AS newest WHERE newest.room = id_bundles.key / 8589934592;
  `,
]

export function migrate(db: DatabaseSync): void {
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found > MIGRATIONS.length) throw new StoreTooNew(found, MIGRATIONS.length)
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < found) continue
    db.exec(`BEGIN; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}
