import { type FileHandle, open } from 'node:fs/promises'
import { errnoOf } from '../../errno.ts'

type Entry = { readonly handle: Promise<FileHandle>; users: number }

/** Files that stay open while they are used often: those used longest ago are closed, so that descriptors are bounded. */
export class OpenFiles {
  readonly #limit: number
  readonly #entries = new Map<string, Entry>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Runs `work` with the file, which is made (0600) if there is none. */
  async use<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(path) ?? { handle: openOrCreate(path), users: 0 }
    this.#entries.delete(path)
    this.#entries.set(path, entry)
    entry.users++
    try {
      return await work(await entry.handle)
    } catch (error) {
      // A file that could not be opened, or failed, is opened anew by its next user.
      if (this.#entries.get(path) === entry) this.#entries.delete(path)
      throw error
    } finally {
      entry.users--
      await this.#closeUnused(path, entry)
    }
  }

  /** The file is used no more. */
  async close(path: string): Promise<void> {
    const entry = this.#entries.get(path)
    this.#entries.delete(path)
    if (entry?.users === 0) await closeEntry(entry)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map(path => this.close(path)))
  }

  async #closeUnused(path: string, entry: Entry): Promise<void> {
    if (this.#entries.get(path) !== entry) {
      if (entry.users === 0) await closeEntry(entry)
      return
    }
    for (const [oldest, { users }] of this.#entries) {
      if (this.#entries.size <= this.#limit) break
      if (users === 0) await this.close(oldest)
    }
  }
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    return open(path, 'wx+', 0o600)
  }
}

async function closeEntry({ handle }: Entry): Promise<void> {
  await handle.then(
    file => file.close(),
    () => undefined,
  )
}
