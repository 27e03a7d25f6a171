import type { Dirent, Stats } from 'node:fs'
import { access, constants, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { FileProblem, Found } from '@chat-room/client'
import { FOLDER_LIMITS, FOLDER_TOO_LARGE, PATH_PROBLEMS, parseRelativePath } from '@chat-room/protocol'
import { errnoOf } from '../errno.ts'
import { isAtOrBelow, OUTSIDE, orProblem, SPECIAL } from './file-source.ts'
import { OmittedFiles, type Reason } from './omitted-files.ts'

/** Links may lead to one folder by many ways: what is looked at is bounded too. */
const MOST_ENTRIES = 20_000

const NOTHING = 'There is nothing in this folder that can be sent.'

type FoundFile = Found['files'][number]

/** What a path at or below `directory` means (M10): a file, or the files of a folder, in the order of their names. */
export async function findFiles(directory: string, path: string): Promise<Found | FileProblem> {
  const parsed = parseRelativePath(path)
  if (!parsed.ok) return { problem: PATH_PROBLEMS[parsed.error] }
  const components = parsed.value
  return await orProblem(async () => {
    const root = await realpath(directory)
    // The separator at its end, which a path loses when it is parsed, makes what is no folder an error.
    const real = await realpath(join(root, ...components))
    if (!isAtOrBelow(root, real)) return { problem: OUTSIDE }
    const stats = await stat(path.endsWith('/') ? `${real}/` : real)
    if (stats.isDirectory()) return await new Walk(root).folder(real, components)
    return stats.isFile()
      ? { files: [{ path: components.join('/'), folder: '' }], omitted: [] }
      : { problem: SPECIAL }
  })
}

/** One way through a folder and those below it. Whatever is exchanged meanwhile is looked at again when it is opened. */
class Walk {
  readonly #root: string
  /** The folder that was named. */
  #named = ''
  readonly #files: FoundFile[] = []
  readonly #omitted = new OmittedFiles()
  #entries = 0

  constructor(root: string) {
    this.#root = root
  }

  async folder(real: string, components: readonly string[]): Promise<Found | FileProblem> {
    this.#named = real
    const name = components.at(-1) ?? basename(this.#root)
    // The root of a disk has no name.
    const isWhole = await this.#enter(real, components, [name || 'files'], [])
    if (!isWhole) return { problem: FOLDER_TOO_LARGE }
    const omitted = this.#omitted.sentences
    if (this.#files.length > 0) return { files: this.#files, omitted }
    return { problem: [NOTHING, ...omitted].join(' ') }
  }

  /** `false`: there is too much. `way` has the real folders above this one: none of them is entered again. */
  async #enter(
    real: string,
    path: readonly string[],
    folders: readonly string[],
    way: readonly string[],
  ): Promise<boolean> {
    const entries = await readdir(real, { withFileTypes: true })
    this.#entries += entries.length
    if (this.#entries > MOST_ENTRIES) return false
    for (const entry of entries.sort(byName)) {
      if (!(await this.#take(entry, real, path, folders, [...way, real]))) return false
    }
    return true
  }

  async #take(
    entry: Dirent,
    parent: string,
    path: readonly string[],
    folders: readonly string[],
    way: readonly string[],
  ): Promise<boolean> {
    const shown = [...folders, entry.name].join('/')
    const inner = [...path, entry.name]
    const unfit = unsendable(entry.name, inner)
    if (unfit !== undefined) return this.#omit(unfit, shown)
    try {
      const real = await realpath(join(parent, entry.name))
      if (!isAtOrBelow(this.#root, real)) return this.#omit('outside', shown)
      if (this.#isHidden(real)) return this.#omit('hidden', shown)
      const stats = await stat(real)
      if (!stats.isDirectory()) {
        await access(real, constants.R_OK)
        return this.#keep(stats, inner.join('/'), folders.join('/'), shown)
      }
      if (way.includes(real)) return this.#omit('circle', shown)
      if (folders.length === FOLDER_LIMITS.depth) return this.#omit('deep', shown)
      return await this.#enter(real, inner, [...folders, entry.name], way)
    } catch (error) {
      if (errnoOf(error) === undefined) throw error
      return this.#omit(errnoOf(error) === 'ELOOP' ? 'circle' : 'unreadable', shown)
    }
  }

  /** By whatever name a link calls it; what lies in a hidden folder that was named is not. */
  #isHidden(real: string): boolean {
    const from = isAtOrBelow(this.#named, real) ? this.#named : this.#root
    return relative(from, real)
      .split(sep)
      .some(name => name.startsWith('.'))
  }

  #keep(stats: Stats, path: string, folder: string, shown: string): boolean {
    if (!stats.isFile()) return this.#omit('special', shown)
    return this.#files.push({ path, folder }) <= FOLDER_LIMITS.files
  }

  #omit(reason: Reason, shown: string): true {
    this.#omitted.add(reason, shown)
    return true
  }
}

function unsendable(name: string, path: readonly string[]): Reason | undefined {
  // Nobody who sends a folder means the keys, the history and the settings in it that no listing shows.
  if (name.startsWith('.')) return 'hidden'
  return parseRelativePath(path.join('/')).ok ? undefined : 'name'
}

/** By code units: the same on every machine. */
const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)
