import type { Bytes, HistoryRecord } from '@chat-room/client'
import type { IDBPDatabase } from 'idb'
import { type Cabinet, type Content, SeatLostError } from './cabinet.ts'
import { DRAFTS } from './database-name.ts'
import { createKeptHistory } from './kept-history.ts'
import { keysBehind, type RoomDatabase, type Seat, type Write, type Writing } from './room-database.ts'

class NotKeptError extends Error {
  override readonly name = 'NotKeptError'
}

/** What this device keeps of a room, in IndexedDB, in the hand of the tab that has taken its place with `sit` or `move`. */
export type KeptCabinet = Cabinet & {
  /** From now on this tab writes, and no other. False: nobody stays in this room on this device. */
  sit(): Promise<boolean>
  /** Keeps this from now on, and nothing of what was kept before. */
  move(content: Content): Promise<void>
  /** Deletes what is kept of this room; answers whether anything is kept of another. */
  clear(): Promise<boolean>
  /** What can still be read, now that it is not kept any more. */
  rescue(): Promise<Content>
}

export function createKeptCabinet(database: IDBPDatabase<RoomDatabase>, room: string): KeptCabinet {
  const holder = crypto.randomUUID()
  const rows = keysBehind(room)
  /** Known to this tab for as long as it lives: what it sealed stays readable for it, whatever becomes of the disk. */
  let own: Seat | undefined

  const write: Write = async (stores, work) => {
    const writing: Writing = database.transaction(['seats', ...stores], 'readwrite')
    // What goes wrong is told by what was asked of it.
    writing.done.catch(() => {})
    const seat = await writing.objectStore('seats').get(room)
    if (seat?.holder !== holder) {
      writing.abort()
      throw seat === undefined ? new NotKeptError('nothing is kept here any more') : new SeatLostError()
    }
    await Promise.all([...work(writing), writing.done])
  }

  function seated(): Seat {
    if (own === undefined) throw new NotKeptError('this tab has not taken its place')
    return own
  }

  async function content(): Promise<Content> {
    const reading = database.transaction(['seats', 'slots', 'journals', 'history'])
    const all = async <Name extends 'slots' | 'journals' | 'history'>(name: Name) => {
      const store = reading.objectStore(name)
      return await Promise.all([store.getAllKeys(rows), store.getAll(rows)])
    }
    const [seat, [slotKeys, slots], [journalKeys, journals], [places, history]] = await Promise.all([
      reading.objectStore('seats').get(room),
      all('slots'),
      all('journals'),
      all('history'),
    ])
    if (seat === undefined) throw new NotKeptError('nothing is kept here any more')
    const byName = Map.groupBy(journals.entries(), ([at]) => String(journalKeys[at]?.[1]))
    return {
      key: seat.key,
      isKnown: seat.isKnown,
      slots: new Map(slots.map((bytes, at) => [String(slotKeys[at]?.[1]), bytes])),
      journals: new Map(Array.from(byName, ([name, pieces]) => [name, pieces.map(([, bytes]) => bytes)])),
      history: history.map(
        ({ id, sealed }, at): HistoryRecord => ({ place: Number(places[at]?.[1]), id, sealed }),
      ),
    }
  }

  return {
    deviceKey: async () => seated().key,
    knows: async () => seated().isKnown,
    async remember(isKnown) {
      own = { ...seated(), isKnown }
      await write([], writing => [writing.objectStore('seats').put(seated(), room)])
    },
    readSlot: name => database.get('slots', [room, name]),
    writeSlot: (name, bytes) =>
      write(['slots'], writing => {
        const slots = writing.objectStore('slots')
        return [bytes === undefined ? slots.delete([room, name]) : slots.put(bytes, [room, name])]
      }),
    readJournal: name => database.getAll('journals', keysBehind(room, name)),
    appendJournal: (name, bytes) =>
      write(['journals'], writing => [append(writing.objectStore('journals'), room, name, [bytes])]),
    clearJournal: name =>
      write(['journals'], writing => [writing.objectStore('journals').delete(keysBehind(room, name))]),
    history: {
      ...createKeptHistory(database, room, write),
      // Nothing that was said can be sent again, and nothing goes on: what it was read by and what was begun goes with it.
      clear: () =>
        write(['history', 'handles', 'slots'], writing => [
          ...(['history', 'handles'] as const).map(name => writing.objectStore(name).delete(rows)),
          writing.objectStore('slots').delete([room, DRAFTS]),
        ]),
    },

    content,
    rescue: () =>
      content().catch(() => ({ ...seated(), slots: new Map(), journals: new Map(), history: [] })),

    async sit() {
      const writing = database.transaction('seats', 'readwrite')
      const seat = await writing.store.get(room)
      if (seat !== undefined) own = { ...seat, holder }
      if (own !== undefined) await writing.store.put(own, room)
      await writing.done
      return own !== undefined
    },

    async move({ key, isKnown, slots, journals, history }) {
      own = { holder, key, isKnown }
      const writing: Writing = database.transaction(['seats', 'slots', 'journals', 'history'], 'readwrite')
      await Promise.all([
        writing.objectStore('seats').put(own, room),
        ...(['slots', 'journals', 'history'] as const).map(name => writing.objectStore(name).delete(rows)),
        ...Array.from(slots, ([name, bytes]) => writing.objectStore('slots').put(bytes, [room, name])),
        ...Array.from(journals, ([name, pieces]) =>
          append(writing.objectStore('journals'), room, name, pieces),
        ),
        ...history.map(({ place, id, sealed }) =>
          writing.objectStore('history').put({ room, id, sealed }, [room, place]),
        ),
        writing.done,
      ])
    },

    async clear() {
      const writing: Writing = database.transaction([...database.objectStoreNames], 'readwrite')
      const [others] = await Promise.all([
        writing
          .objectStore('seats')
          .delete(room)
          .then(() => writing.objectStore('seats').count()),
        ...(['slots', 'journals', 'history', 'handles'] as const).map(name =>
          writing.objectStore(name).delete(rows),
        ),
        writing.done,
      ])
      return others > 0
    },
  }
}

/** Numbers go on where those that are there end. */
async function append(
  journals: ReturnType<typeof journalsOf>,
  room: string,
  name: string,
  pieces: readonly Bytes[],
): Promise<void> {
  const last = await journals.openKeyCursor(keysBehind(room, name), 'prev')
  const first = last === null ? 0 : Number(last.key[2]) + 1
  await Promise.all(pieces.map((bytes, at) => journals.put(bytes, [room, name, first + at])))
}

const journalsOf = (writing: Writing) => writing.objectStore('journals')
