import type { FileProblem, Found } from '@chat-room/client'
import { numberedName } from '@chat-room/protocol'
import { foundIn } from './found-files.ts'
import type { Readable } from './sealed-copy.ts'

/** A file, and the folders it was given in: `photos/2024`, or none. */
export type GivenFile = {
  readonly file: Readable
  readonly folder: string
  /** Where the browser has one: of this file, or of the topmost of those folders. A later page reads by it. */
  readonly handle?: FileSystemHandle
}

/**
 * What a person gave this page, by the paths that `:File` takes: `a.jpg`, or `photos` for all that was given with that
 * folder. A browser tells no true path, so that another file of a name that is taken gets a number.
 */
export class GivenFiles {
  readonly #files = new Map<string, GivenFile>()

  /** The paths to send what was given by: one for each file without a folder, one for each folder. */
  add(given: readonly GivenFile[]): readonly string[] {
    const roots = new Map<string, GivenFile[]>()
    const paths: string[] = []
    for (const each of given) {
      const [root = ''] = each.folder.split('/')
      if (root === '') paths.push(this.#put([each], each.file.name, () => ''))
      else roots.set(root, [...(roots.get(root) ?? []), each])
    }
    for (const [root, files] of roots) {
      paths.push(this.#put(files, root, ({ file, folder }) => `${folder.slice(root.length)}/${file.name}`))
    }
    return paths
  }

  /** The one that an earlier page sent by this path. */
  restore(path: string, file: Readable): void {
    this.#files.set(path, { file, folder: path.split('/').slice(0, -1).join('/') })
  }

  /** Undefined: nothing was given under this path. */
  find(components: readonly string[]): Found | FileProblem | undefined {
    const path = components.join('/')
    if (this.#files.has(path)) return { files: [{ path, folder: '' }], omitted: [] }
    const inside = this.#under(path)
    if (inside.length === 0) return undefined
    return foundIn(inside.map(([each, { folder }]) => ({ path: each, folder })))
  }

  get(path: string): Readable | undefined {
    return this.#files.get(path)?.file
  }

  /** By their own paths, all that `add` answered this path for. */
  behind(path: string): readonly (readonly [string, GivenFile])[] {
    const file = this.#files.get(path)
    return file === undefined ? this.#under(path) : [[path, file]]
  }

  /** All of it, for another page, which finds the copies on the disk. */
  held(): ReadonlyMap<string, GivenFile> {
    return new Map([...this.#files].filter(([, { file }]) => file instanceof Blob))
  }

  adopt(held: ReadonlyMap<string, GivenFile>): void {
    for (const [path, each] of held) this.#files.set(path, each)
  }

  #under(path: string): readonly (readonly [string, GivenFile])[] {
    return [...this.#files].filter(([each]) => each.startsWith(`${path}/`))
  }

  /** Under the first number that nothing else is under; the same again where it is. */
  #put(given: readonly GivenFile[], root: string, below: (each: GivenFile) => string): string {
    for (let number = 0; ; number++) {
      const path = number === 0 ? root : numberedName(root, number)
      const entries = new Map(given.map(each => [path + below(each), each]))
      const isTaken = [...this.#files].some(([key, { file }]) => {
        if (key !== path && !key.startsWith(`${path}/`)) return false
        const again = entries.get(key)
        return again === undefined || !isSame(again.file, file)
      })
      if (isTaken) continue
      for (const [key, each] of entries) this.#files.set(key, each)
      return path
    }
  }
}

const isSame = (a: Readable, b: Readable): boolean => a.size === b.size && a.lastModified === b.lastModified
