import type { IDBPObjectStore } from 'idb'
import type { RoomDatabase } from './room-database.ts'

/** So long the room may still want what was sent by it: a week, as its people's places. */
const KEPT_FOR = 7 * 24 * 3_600_000

type Store = IDBPObjectStore<RoomDatabase, ['handles'], 'handles', 'readwrite'>

/** What a person gave this page to read, by path: for who stays on this device also for the pages after it. */
export class KeptHandles {
  readonly #room: string
  readonly #stays: () => boolean
  readonly #handles = new Map<string, FileSystemHandle>()

  /** `room`: where it is; each has files of its own. */
  constructor(room: string, stays: () => boolean) {
    this.#room = room
    this.#stays = stays
  }

  async get(path: string): Promise<FileSystemHandle | undefined> {
    const handle = this.#handles.get(path) ?? (await this.#stored(path))
    if (handle !== undefined) this.#handles.set(path, handle)
    return handle
  }

  /** Resolves when a later page would find it. */
  async keep(path: string, handle: FileSystemHandle): Promise<void> {
    this.#handles.set(path, handle)
    await this.#inStore(store => store.put({ handle, at: Date.now() }, [this.#room, path]))
  }

  async drop(path: string): Promise<void> {
    this.#handles.delete(path)
    await this.#inStore(store => store.delete([this.#room, path]))
  }

  /** Forgets what nobody wants any more. */
  async tidy(now: number): Promise<void> {
    await this.#inStore(async store => {
      for await (const cursor of store.iterate()) {
        if (now - cursor.value.at > KEPT_FOR) await cursor.delete()
      }
    })
  }

  async #stored(path: string): Promise<FileSystemHandle | undefined> {
    const row = await this.#inStore(store => store.get([this.#room, path]))
    return row?.handle
  }

  async #inStore<Answer>(act: (store: Store) => Promise<Answer>): Promise<Answer | undefined> {
    if (!this.#stays()) return undefined
    const { findRoomDatabase } = await import('./room-database.ts')
    const database = await findRoomDatabase()
    try {
      // Who stays no more has had all of it deleted by now, or will have.
      if (!this.#stays()) return undefined
      const handles = database?.transaction('handles', 'readwrite')
      return handles && (await act(handles.store))
    } catch {
      // An engine that clones no handles: the person is asked again.
      return undefined
    } finally {
      database?.close()
    }
  }
}
