import { inheritPassing, PASSING, RECEIVED } from './files-on-disk.ts'
import { openableType } from './openable-types.ts'

/** Begins the path of what was written straight into a download or a chosen place: this page cannot show it. */
export const ELSEWHERE = 'elsewhere'

/** Files that have arrived, by the paths that the core was told. Names are for the device and come from whoever shows them. */
export class ReceivedFiles {
  readonly #held = new Map<string, Blob>()
  #last = 0

  /** Keeps one that is in memory; its path ends with this page. */
  hold(content: Blob): string {
    const path = `memory/${++this.#last}`
    this.#held.set(path, content)
    return path
  }

  /**
   * As something that may be shown: a type is given only to what cannot run as a page of this origin. Undefined: it was
   * removed, or the browser evicted it.
   */
  async get(path: string, name: string): Promise<File | undefined> {
    // What was received before somebody chose not to stay passes through.
    const passing = path.replace(RECEIVED, PASSING)
    const content = this.#held.get(path) ?? (await onDisk(path)) ?? (await onDisk(passing))
    return content && new File([content], name, { type: openableType(name) })
  }

  /** Into the downloads of the browser, which finds a free name itself (M14). */
  async save(path: string, name: string): Promise<boolean> {
    const file = await this.get(path, name)
    if (file === undefined) return false
    const link = document.createElement('a')
    const url = URL.createObjectURL(file)
    link.href = url
    link.download = name
    link.click()
    // Nothing tells when a download has read all: the URL is given up with the page.
    return true
  }

  /** What is in memory, for another page. */
  held(): ReadonlyMap<string, Blob> {
    return this.#held
  }

  /** From a page that is about to end: its paths hold on, and so does what it had on the disk. */
  async adopt(held: ReadonlyMap<string, Blob>): Promise<void> {
    for (const [path, content] of held) this.#held.set(path, content)
    this.#last += held.size
    // Without a disk there is nothing on it.
    await inheritPassing().catch(() => {})
  }
}

async function onDisk(path: string): Promise<File | undefined> {
  const [folder = '', name = ''] = path.split('/')
  try {
    const root = await navigator.storage.getDirectory()
    const directory = await root.getDirectoryHandle(folder)
    const file = await directory.getFileHandle(name)
    return await file.getFile()
  } catch (error) {
    if ((error as DOMException).name === 'NotFoundError') return undefined
    throw error
  }
}
