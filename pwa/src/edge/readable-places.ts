import type { FileProblem, Found } from '@chat-room/client'
import { choose, dialogs, pickByInput } from './file-dialogs.ts'
import { foundIn } from './found-files.ts'
import type { GivenFile } from './given-files.ts'
import type { KeptHandles } from './kept-handles.ts'
import { filesIn, handleBelow, mayRead } from './read-handles.ts'

/** Takes what a person chose, and answers with its paths. */
type Give = (given: readonly GivenFile[]) => readonly string[]

/** The folder that a person granted as a whole. What lies in it has paths that begin so: no other file is taken for it. */
const GRANTED = '.'

const NONE = 'There is no such file: this page knows what was picked here or dropped on it, and no folder.'
const NOT_GRANTED = 'No file was sent: this page may not read a folder of yours.'

/**
 * What this page can read though nobody gave it the file itself: below folders and by handles that a person gave it, now or on
 * an earlier visit. Engines without handles ask the person for the file.
 */
export class ReadablePlaces {
  readonly #give: Give
  readonly #handles: KeptHandles

  constructor(give: Give, handles: KeptHandles) {
    this.#give = give
    this.#handles = handles
  }

  /** What a path means in the granted folder (M10), which is asked for if there is none yet. */
  async find(components: readonly string[]): Promise<Found | FileProblem> {
    const folder =
      (await this.#handles.get(GRANTED)) ?? (await choose(dialogs.showDirectoryPicker?.(READING)))
    if (folder === undefined) return await this.#ask()
    if (folder === 'declined' || !(await mayRead(folder, true))) {
      // Who says no may mean another one: the next time they are asked for it.
      await this.#handles.drop(GRANTED)
      return { problem: NOT_GRANTED }
    }
    await this.#handles.keep(GRANTED, folder)
    const handle = await handleBelow(folder, components)
    if (handle === undefined) return { problem: `There is no such file in “${folder.name}”.` }
    const path = [GRANTED, ...components]
    if (handle.kind === 'file') return { files: [{ path: path.join('/'), folder: '' }], omitted: [] }
    return foundIn(await filesIn(handle as FileSystemDirectoryHandle, path, [handle.name]))
  }

  /** `asks`: in a click of a person, who may be asked whether it may still be read. */
  async read(path: string, asks: boolean): Promise<File | undefined> {
    const [root = '', ...rest] = path.split('/')
    for (const [key, below] of [
      [path, []],
      [root, rest],
    ] as const) {
      const handle = await this.#handles.get(key)
      if (handle === undefined || !(await mayRead(handle, asks))) continue
      const found = await handleBelow(handle, below)
      const file = found?.kind === 'file' ? (found as FileSystemFileHandle).getFile() : undefined
      // It went meanwhile.
      const read = await file?.catch(() => undefined)
      if (read !== undefined) return read
    }
    return undefined
  }

  async #ask(): Promise<Found | FileProblem> {
    const picked = await pickByInput()
    if (picked.length === 0) return { problem: NONE }
    const paths = this.#give(picked.map(file => ({ file, folder: '' })))
    return { files: paths.map(path => ({ path, folder: '' })), omitted: [] }
  }
}

const READING = { mode: 'read' } as const
