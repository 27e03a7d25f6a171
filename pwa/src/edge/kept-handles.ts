import type { GivenRows } from './given-rows.ts'

/** What a person gave this page to read, by path: for who stays on this device also for the pages after it. */
export class KeptHandles {
  readonly #room: string
  readonly #rows: GivenRows
  readonly #handles = new Map<string, FileSystemHandle>()

  /** `room`: where it is; each has files of its own. */
  constructor(room: string, rows: GivenRows) {
    this.#room = room
    this.#rows = rows
  }

  async get(path: string): Promise<FileSystemHandle | undefined> {
    const handle = this.#handles.get(path) ?? (await this.#stored(path))
    if (handle !== undefined) this.#handles.set(path, handle)
    return handle
  }

  /** Resolves when a later page would find it. */
  async keep(path: string, handle: FileSystemHandle): Promise<void> {
    this.#handles.set(path, handle)
    await this.#rows(store => store.put({ handle, at: Date.now() }, [this.#room, path]))
  }

  async drop(path: string): Promise<void> {
    this.#handles.delete(path)
    await this.#rows(store => store.delete([this.#room, path]))
  }

  async #stored(path: string): Promise<FileSystemHandle | undefined> {
    const row = await this.#rows(store => store.get([this.#room, path]))
    return row?.handle
  }
}
