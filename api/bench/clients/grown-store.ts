import { randomBytes } from 'node:crypto'
import { openRoomStore } from '../../src/store/sqlite-room-store.ts'
import { randomText } from './room-member.ts'
import { createIds, SEALED } from './talk.ts'

/** Written into the files of a server that is not running: by its sockets this would take hours. */

type Store = ReturnType<typeof openRoomStore>

/** Of the store's operations, each turn of the event loop is one transaction. */
const IN_A_TURN = 10_000

/** Lengthens the log of a room that was created. */
export const addMessages = (directory: string, room: string, count: number): Promise<void> =>
  withStore(directory, store => appendMessages(store, room, count))

const ENTRIES_IN_OTHERS = 10
/** As long as a creation leaves them. */
const RECORD_BYTES = 192
const WRAP_BYTES = 97

/** Rooms that people have left a moment ago, each with a member who is away and with a short log. */
export const addRooms = (directory: string, count: number): Promise<void> =>
  withStore(directory, async store => {
    const id = () => randomText(16)
    for (let first = 0; first < count; first += IN_A_TURN) {
      const names = Array.from(
        { length: Math.min(IN_A_TURN, count - first) },
        (_, at) => `other-${first + at}`,
      )
      const record = randomBytes(RECORD_BYTES).toString('base64url')
      const claim = { creation: id(), record, wrap: randomText(WRAP_BYTES), epoch: 1, profile: 1 }
      await Promise.all(names.map(name => store.claim(name, claim, id())))
      await Promise.all(
        names.map(name =>
          store.join(
            name,
            {
              member: id(),
              session: id(),
              tag: id(),
              hello: SEALED,
              secretHash: randomText(32),
              supersedes: undefined,
              at: Date.now(),
            },
            1,
            0,
          ),
        ),
      )
      await Promise.all(names.map(name => appendMessages(store, name, ENTRIES_IN_OTHERS)))
    }
  })

async function withStore(directory: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = openRoomStore({ directory, sync: 'normal' })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

async function appendMessages(store: Store, room: string, count: number): Promise<void> {
  const nextId = createIds()
  const [member, session] = [randomText(16), randomText(16)]
  for (let first = 0; first < count; first += IN_A_TURN) {
    const length = Math.min(IN_A_TURN, count - first)
    const messages = Array.from({ length }, () => ({
      id: nextId(),
      member,
      session,
      sealed: SEALED,
      at: Date.now(),
    }))
    await Promise.all(messages.map(message => store.append(room, message)))
  }
}
