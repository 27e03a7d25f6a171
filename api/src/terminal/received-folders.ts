import { type FileHandle, lstat, mkdir, readdir, realpath, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { IncomingName } from '@chat-room/client'
import { nameKey, numberedFolder, numberedName, safeFolderPath } from '@chat-room/protocol'
import { errnoOf } from '../errno.ts'
import { assertFree, firstFree, renameExclusively, taken } from './exclusively.ts'
import type { Shelf } from './shelf.ts'
import { createTurns } from './turns.ts'

type Folder = NonNullable<IncomingName['folder']>

/** The two of ours that one of somebody else's becomes. */
export type OwnFolders = { readonly buffers: string; readonly kept: string }

type Announce = (folders: OwnFolders) => Promise<void>

/** What becomes of one folder that somebody sends: two of ours, both made exclusively when its first file comes. */
type Received = {
  /** `photos`: what its sender called it, made harmless. */
  readonly top: string
  /** `photos1`: buffers lie side by side in it. Undefined: there are none, and it was removed. */
  buffers: string | undefined
  /** `photos2`: in it, files keep the paths that their sender gave them. */
  kept: string
  /** Files on their way. */
  users: number
}

/** Folders on their way: whatever belongs to one `id` comes together in one place (M14). */
export class ReceivedFolders {
  readonly #root: string
  readonly #byId = new Map<string, Received>()
  /** Names are looked for and taken by one at a time. */
  readonly #inTurn = createTurns()

  /** `root` has no links in it. */
  constructor(root: string) {
    this.#root = root
  }

  /** A folder is made once its name was announced. */
  open({ id, path }: Folder, announce: Announce): Promise<Shelf> {
    return this.#inTurn(async () => {
      const [top = '', ...inner] = safeFolderPath(path)
      const received = this.#byId.get(id) ?? (await this.#begin(top, announce))
      const { kept } = received
      received.buffers ??= (await this.#make(top, 1, buffers => announce({ buffers, kept }))).name
      return this.#use(id, received, received.buffers, inner)
    })
  }

  /** What an earlier process had: the place for what is kept is the same, or made anew if it is gone. */
  reopen({ id, path }: Folder, buffers: string, kept: string): Promise<Shelf> {
    return this.#inTurn(async () => {
      const [top = '', ...inner] = safeFolderPath(path)
      const received = this.#byId.get(id) ?? { top, buffers, kept, users: 0 }
      await this.#ensureKept(received)
      return this.#use(id, received, buffers, inner)
    })
  }

  /** Of folders that an earlier process announced and perhaps never used: what is empty, and used by nobody here, goes. */
  forget({ buffers, kept }: OwnFolders): Promise<void> {
    return this.#inTurn(async () => {
      const used = new Set([...this.#byId.values()].flatMap(each => [each.buffers, each.kept]))
      for (const folder of [buffers, kept]) if (!used.has(folder)) await this.#removeIfEmpty(folder)
    })
  }

  #use(id: string, received: Received, buffers: string, inner: readonly string[]): Shelf {
    this.#byId.set(id, received)
    received.users += 1
    return {
      buffers,
      kept: received.kept,
      keep: (buffer, file, name) => this.#inTurn(() => this.#keep(received, inner, name, buffer, file)),
      leave: left => this.#inTurn(() => this.#leave(id, received, buffers, left)),
    }
  }

  async #begin(top: string, announce: Announce): Promise<Received> {
    // Until the second one has a name, both are the first.
    const buffers = await this.#make(top, 1, name => announce({ buffers: name, kept: name }))
    try {
      const kept = await this.#make(top, buffers.number + 1, name =>
        announce({ buffers: buffers.name, kept: name }),
      )
      return { top, buffers: buffers.name, kept: kept.name, users: 0 }
    } catch (error) {
      await this.#removeIfEmpty(buffers.name)
      throw error
    }
  }

  /** `mkdir` says `EEXIST` to whatever is there, a link that leads elsewhere included. */
  #make(
    top: string,
    from: number,
    announce: (name: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<{ readonly name: string; readonly number: number }> {
    return firstFree(from, async number => {
      const name = numberedFolder(top, number)
      const path = join(this.#root, name)
      await assertFree(path)
      await announce(name)
      await mkdir(path)
      return { name, number }
    })
  }

  /** It may have been deleted, or exchanged for something else. */
  async #ensureKept(received: Received): Promise<void> {
    const place = join(this.#root, received.kept)
    try {
      await mkdir(place)
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
      if ((await lstat(place)).isDirectory()) return
      received.kept = (await this.#make(received.top, 1)).name
    }
  }

  async #leave(id: string, received: Received, buffers: string, left: boolean): Promise<void> {
    received.users -= 1
    if (left || (received.users > 0 && buffers === received.buffers)) return
    await this.#removeIfEmpty(buffers)
    if (received.users > 0) return
    received.buffers = undefined
    // Nothing of it was kept: the next file of this folder, if there is one, begins anew.
    if (await this.#removeIfEmpty(received.kept)) this.#byId.delete(id)
  }

  async #removeIfEmpty(folder: string): Promise<boolean> {
    return await rmdir(join(this.#root, folder)).then(
      () => true,
      () => false,
    )
  }

  async #keep(
    received: Received,
    inner: readonly string[],
    name: string,
    buffer: string,
    file: FileHandle,
  ): Promise<string> {
    await this.#ensureKept(received)
    const folders = [received.kept]
    try {
      for (const component of inner) {
        const parent = folders.join('/')
        folders.push(await this.#folderIn(parent, component))
      }
      const place = folders.join('/')
      return `${place}/${await this.#nameIn(place, name, buffer, file)}`
    } catch (error) {
      for (; folders.length > 1; folders.pop()) await this.#removeIfEmpty(folders.join('/'))
      throw error
    }
  }

  /** Another letter case or normal form of a folder that is there means that one. */
  async #folderIn(parent: string, component: string): Promise<string> {
    const entries = await readdir(join(this.#root, parent), { withFileTypes: true })
    return await firstFree(1, async number => {
      const name = number === 1 ? component : numberedFolder(component, number)
      const found = entries.find(entry => nameKey(entry.name) === nameKey(name))
      if (found?.isDirectory() === true) return found.name
      if (found === undefined) await mkdir(join(this.#root, parent, name))
      else throw taken(name)
      return name
    })
  }

  async #nameIn(folder: string, name: string, buffer: string, file: FileHandle): Promise<string> {
    const place = join(this.#root, folder)
    const names = new Set((await readdir(place)).map(nameKey))
    return await firstFree(1, async number => {
      const final = number === 1 ? name : numberedName(name, number)
      if (names.has(nameKey(final))) throw taken(final)
      await this.#assertOwn(folder)
      await renameExclusively(buffer, join(place, final), file)
      // A folder on the way may have been exchanged for a link meanwhile.
      await this.#assertOwn(folder).catch(async error => {
        await unlink(join(place, final))
        throw error
      })
      return final
    })
  }

  async #assertOwn(folder: string): Promise<void> {
    const place = join(this.#root, folder)
    if ((await realpath(place)) !== place) throw new Error('a received folder was exchanged for a link')
  }
}
