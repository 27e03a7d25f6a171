import type { Found } from '@chat-room/client'
import { FOLDER_LIMITS } from '@chat-room/protocol'

type Asking = FileSystemHandle & {
  queryPermission(wanted: { readonly mode: 'read' }): Promise<PermissionState>
  requestPermission(wanted: { readonly mode: 'read' }): Promise<PermissionState>
}

type FoundFile = Found['files'][number]

/** `asks`: in a click, the person may be asked. */
export async function mayRead(handle: FileSystemHandle, asks: boolean): Promise<boolean> {
  const asking = handle as Asking
  const mode = { mode: 'read' } as const
  if ((await asking.queryPermission(mode)) === 'granted') return true
  // Refused without a click by an error.
  return asks && (await asking.requestPermission(mode).catch(() => 'denied')) === 'granted'
}

/** Undefined: there is nothing of that name, or it may not be read. */
export async function handleBelow(
  handle: FileSystemHandle,
  components: readonly string[],
): Promise<FileSystemHandle | undefined> {
  let at = handle
  for (const [index, name] of components.entries()) {
    if (at.kind !== 'directory') return undefined
    const folder = at as FileSystemDirectoryHandle
    const isLast = index === components.length - 1
    const file = isLast ? await folder.getFileHandle(name).catch(() => undefined) : undefined
    const next = file ?? (await folder.getDirectoryHandle(name).catch(() => undefined))
    if (next === undefined) return undefined
    at = next
  }
  return at
}

/** More than are looked at of what a person names, files or folders: it is too much in any case. */
const MOST_ENTRIES = 20_000

/** All files in a folder and those below it; one more than are sent is enough to know that there are too many. */
export async function filesIn(
  handle: FileSystemDirectoryHandle,
  path: readonly string[],
  folders: readonly string[],
): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = []
  const waiting = [{ handle, path, folders }]
  let looked = 0
  for (const each of waiting) {
    for await (const entry of each.handle.values()) {
      looked += 1
      if (found.length > FOLDER_LIMITS.files || looked > MOST_ENTRIES) return found
      const [path, folders] = [
        [...each.path, entry.name],
        [...each.folders, entry.name],
      ]
      if (entry.kind === 'file') found.push({ path: path.join('/'), folder: each.folders.join('/') })
      // What is deeper is left out by whoever counts, and so is what is hidden.
      else if (each.folders.length <= FOLDER_LIMITS.depth && !entry.name.startsWith('.')) {
        waiting.push({ handle: entry as FileSystemDirectoryHandle, path, folders })
      }
    }
  }
  return found
}
