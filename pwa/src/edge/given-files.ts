import type { FileProblem, Found } from '@chat-room/client'
import { FOLDER_LIMITS, numberedName, PATH_PROBLEMS, parseRelativePath } from '@chat-room/protocol'

const MOST_FILES = 1_000
const TOO_MANY = `There are more than ${MOST_FILES} files in this folder: pack it into an archive and send that.`
const NOTHING = 'There is nothing in this folder that can be sent.'
const UNKNOWN = 'There is no such file: this page knows only what was picked here or dropped on it.'

/** A file, and the folders it was given in: `photos/2024`, or none. */
export type GivenFile = { readonly file: File; readonly folder: string }

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

  find(path: string): Found | FileProblem {
    const parsed = parseRelativePath(path)
    if (!parsed.ok) return { problem: PATH_PROBLEMS[parsed.error] }
    const key = parsed.value.join('/')
    if (this.#files.has(key)) return { files: [{ path: key, folder: '' }], omitted: [] }
    const inside = [...this.#files].filter(([each]) => each.startsWith(`${key}/`))
    if (inside.length === 0) return { problem: UNKNOWN }
    if (inside.length > MOST_FILES) return { problem: TOO_MANY }
    const files: Found['files'][number][] = []
    const omitted: string[] = []
    for (const [each, { file, folder }] of inside) {
      const why = unsendable(file.name, folder)
      if (why === undefined) files.push({ path: each, folder })
      else omitted.push(`Left out (${why}): ${folder}/${file.name}.`)
    }
    return files.length > 0 ? { files, omitted } : { problem: [NOTHING, ...omitted].join(' ') }
  }

  get(path: string): File | undefined {
    return this.#files.get(path)?.file
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

const isSame = (a: File, b: File): boolean => a.size === b.size && a.lastModified === b.lastModified

function unsendable(name: string, folder: string): string | undefined {
  const components = [...folder.split('/'), name]
  // Nobody who sends a folder means the keys, the history and the settings in it that no listing shows.
  if (components.some(component => component.startsWith('.'))) return 'hidden'
  if (components.length - 1 > FOLDER_LIMITS.depth) return 'too deep in folders'
  return parseRelativePath(components.join('/')).ok
    ? undefined
    : 'a name with a backslash or a control character'
}
