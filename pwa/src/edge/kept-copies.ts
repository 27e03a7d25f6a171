import type { GivenRows } from './given-rows.ts'
import { openCopy, type Readable, type SealedCopy, sealCopy } from './sealed-copy.ts'

const MIB = 2 ** 20

/** A larger file is asked for again; and so is what is too much in all. */
const MOST = 64 * MIB
const MOST_IN_ALL = 256 * MIB

/** So long the room may still want what was sent by a handle, and go on with what was not: a week, as its people's places. */
const KEPT_FOR = 7 * 24 * 3_600_000

/**
 * Copies of files that wait to be sent, of who stays: most browsers give a page nothing else by which a later one could read
 * them. Sealed by the key of this device, as all that is kept is.
 */
export class KeptCopies {
  readonly #room: string
  readonly #rows: GivenRows
  readonly #key: () => Promise<CryptoKey | undefined>
  /** By path: under which name it lies on the disk, which says nothing, and how much of it. */
  readonly #kept = new Map<string, { readonly id: string; readonly size: number }>()
  /** One after the other: what is dropped before it was kept is not kept after it. */
  #turn: Promise<unknown> = Promise.resolve()

  /** `key`: undefined where nobody stays. */
  constructor(room: string, rows: GivenRows, key: () => Promise<CryptoKey | undefined>) {
    this.#room = room
    this.#rows = rows
    this.#key = key
  }

  /** What earlier pages kept, by path; what nobody wants any more is forgotten. */
  async open(now: number): Promise<ReadonlyMap<string, Readable>> {
    const found = await this.#rows(async store => {
      const copies: [string, SealedCopy][] = []
      for await (const cursor of store.iterate()) {
        const [room, id = ''] = cursor.key
        const { at, copy } = cursor.value
        if (now - at > KEPT_FOR) await cursor.delete()
        else if (copy && room === this.#room) copies.push([id, copy])
      }
      return copies
    })
    const opened = new Map<string, Readable>()
    const key = found?.length ? await this.#key() : undefined
    for (const [id, copy] of found ?? []) {
      const file = key && (await openCopy(key, id, copy))
      if (file === undefined) continue
      this.#kept.set(file.path, { id, size: file.size })
      opened.set(file.path, file)
    }
    return opened
  }

  /** Whether a later page will find it: asked after `keep`, once that is known. */
  async has(path: string): Promise<boolean> {
    await this.#turn
    return this.#kept.has(path)
  }

  /** As far as somebody stays, and there is room for it. */
  keep(path: string, file: Readable): void {
    this.#next(async () => {
      await this.#remove(path)
      const key = await this.#key()
      if (key === undefined || !(await this.#hasRoom(file.size))) return
      const id = crypto.randomUUID()
      const copy = await sealCopy(key, id, file, path)
      const put = await this.#rows(store => store.put({ copy, at: Date.now() }, [this.#room, id]))
      if (put !== undefined) this.#kept.set(path, { id, size: file.size })
    })
  }

  drop(path: string): void {
    this.#next(() => this.#remove(path))
  }

  /** Resolves when it is known what is kept. */
  async settled(): Promise<void> {
    await this.#turn
  }

  #next(act: () => Promise<void>): void {
    // What cannot be read or kept now is asked for again.
    this.#turn = this.#turn.then(act).catch(() => {})
  }

  async #remove(path: string): Promise<void> {
    const { id } = this.#kept.get(path) ?? {}
    if (id === undefined) return
    this.#kept.delete(path)
    await this.#rows(store => store.delete([this.#room, id]))
  }

  async #hasRoom(size: number): Promise<boolean> {
    const inAll = [...this.#kept.values()].reduce((sum, each) => sum + each.size, size)
    if (size > MOST || inAll > MOST_IN_ALL) return false
    const { quota = 0, usage = 0 } = await navigator.storage.estimate()
    // Nothing else is to find the disk full because of it.
    return quota - usage > 2 * size
  }
}
