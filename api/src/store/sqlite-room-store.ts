import type { DatabaseSync } from 'node:sqlite'
import type { RoomStore } from '../room/ports.ts'
import { Admission, toStoredMember } from './sqlite/admission.ts'
import { backUpDatabase } from './sqlite/back-up.ts'
import { Batch } from './sqlite/batch.ts'
import { openDatabase, type Sync } from './sqlite/database.ts'
import { Departure } from './sqlite/departure.ts'
import { Hellos } from './sqlite/hellos.ts'
import { Log } from './sqlite/log.ts'
import { Mailboxes } from './sqlite/mailboxes.ts'
import { Members } from './sqlite/members.ts'
import { MessageIds } from './sqlite/message-ids.ts'
import { Messages } from './sqlite/messages.ts'
import { Meta } from './sqlite/meta.ts'
import { migrate } from './sqlite/migrations.ts'
import { Retention } from './sqlite/retention.ts'
import { Rooms } from './sqlite/rooms.ts'

/**
 * Opens the rooms kept in a directory, which is made if there is none. Throws `StoreInUse` while another server has it
 * open, `StoreTooNew` if a newer version wrote it, and what the file system throws.
 */
export function openRoomStore(options: {
  readonly directory: string
  readonly sync: Sync
}): RoomStore & Backup {
  const db = openDatabase(options.directory, options.sync)
  try {
    migrate(db)
    return { ...createRoomStore(db), backUp: file => backUpDatabase(db, file) }
  } catch (error) {
    db.close()
    throw error
  }
}

export type Backup = {
  /** Copies everything into a file that is not there yet, while the store is used. To be waited for before `close`. */
  backUp(file: string): Promise<void>
}

/** Over an open database of the current schema. */
export function createRoomStore(db: DatabaseSync): RoomStore {
  const meta = new Meta(db)
  const rooms = new Rooms(db)
  const log = new Log(db)
  const ids = new MessageIds(db, log)
  const hellos = new Hellos(db, log)
  const members = new Members(db)
  const mailboxes = new Mailboxes(db)
  const messages = new Messages({ ids, log, members, mailboxes })
  const departure = new Departure({ members, mailboxes, hellos })
  const admission = new Admission({ members, hellos, departure })
  const retention = new Retention({ rooms, log, hellos, members, ids })

  const batch = new Batch(db, {
    beforeCommit() {
      log.flush()
      ids.flush()
    },
    committed: () => ids.committed(),
    rolledBack() {
      rooms.rolledBack()
      members.rolledBack()
      log.rolledBack()
      ids.rolledBack()
    },
  })
  const run = <T>(work: () => T): Promise<T> => batch.run(work)

  return {
    deployment: fresh => run(() => meta.setOnce('deployment', fresh)),

    bindSetup: hash => run(() => (meta.setOnce('setup', hash) === hash ? 'bound' : 'mismatch')),

    readRoom: room =>
      run(() => {
        const claimed = rooms.read(room)
        if (!claimed) return undefined
        const state = rooms.state(room)
        const { oldest, head, latest } = state
        return { ...claimed, oldest, head, latest, members: members.present(state).map(toStoredMember) }
      }),

    claim: (room, claim, incarnation) => run(() => rooms.insert(room, claim, incarnation)),

    join: (room, member, limit, notBefore) =>
      run(() => admission.join(rooms.state(room), member, limit, notBefore)),

    resume: (room, secretHash, at, notBefore, limit) =>
      run(() => admission.resume(rooms.state(room), secretHash, at, notBefore, limit)),

    appendHello: (room, hello) => run(() => admission.announce(rooms.state(room), hello)),

    append: (room, message) => run(() => messages.append(rooms.state(room), 'message', message)),

    deliver: (room, to, message, bounds) =>
      run(() => messages.deliver(rooms.state(room), to, message, bounds)),

    setPresence: (room, member, presence, at) =>
      run(() => members.setPresence(rooms.state(room), member, presence, at)),

    leave: (room, bye) =>
      run(() => {
        const state = rooms.state(room)
        const { seq } = messages.append(state, 'bye', bye)
        return { seq, undelivered: departure.leave(state, bye.member, bye.at) }
      }),

    expire: (room, before, at) => run(() => departure.expire(rooms.state(room), before, at)),

    page: (room, direction, seq, bytes) =>
      run(() => {
        const state = rooms.state(room)
        const { oldest, head } = state
        return { ...log.page(state, direction, seq, bytes), oldest, head }
      }),

    mailboxPage: (room, member, after, bytes) =>
      run(() => mailboxes.page(rooms.state(room), member, after, bytes)),

    hellos: (room, sessions, bytes) => run(() => hellos.read(rooms.state(room), sessions, bytes)),

    confirm: (room, member, seq, mailbox) =>
      run(() => messages.confirm(rooms.state(room), member, seq, mailbox)),

    stored: (room, known) => run(() => messages.stored(rooms.state(room), known)),

    prune: (room, bounds, now, notBefore, count) =>
      run(() => retention.prune(rooms.state(room), bounds, now, notBefore, count)),

    rooms: () => run(() => rooms.names()),

    close: async () => {
      batch.close()
      if (db.isOpen) db.close()
    },
  }
}
