import type { GivenFile } from './given-files.ts'

/** More than are sent from one folder: what is beyond is refused by whoever counts. */
const MOST = 2_000

type HandleItem = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> }

/** From `<input type="file">`, with `webkitdirectory` or without. */
export function pickedFiles(files: Iterable<File>): readonly GivenFile[] {
  return Array.from(files, file => ({ file, folder: parentOf(file.webkitRelativePath) }))
}

/**
 * What was dropped or pasted, with all that is in its folders. The list is only alive during the event: everything of it
 * is taken before the first wait.
 */
export async function droppedFiles(items: DataTransferItemList): Promise<readonly GivenFile[]> {
  const entries = Array.from(items)
    .filter(({ kind }) => kind === 'file')
    .map(item => ({
      // A pasted picture is a file without an entry.
      entry: item.webkitGetAsEntry(),
      file: item.getAsFile(),
      handle: (item as HandleItem).getAsFileSystemHandle?.().catch(() => null),
    }))
  const given: GivenFile[] = []
  for (const { entry, file, handle: taking } of entries) {
    const handle = await taking
    const kept = handle && { handle }
    if (entry?.isDirectory) {
      for (const each of await walk(entry as FileSystemDirectoryEntry)) given.push({ ...each, ...kept })
    } else if (file !== null) given.push({ file, folder: '', ...kept })
  }
  return given
}

async function walk(
  directory: FileSystemDirectoryEntry,
  found: GivenFile[] = [],
): Promise<readonly GivenFile[]> {
  const reader = directory.createReader()
  // A reader hands out a hundred or so at a time, and none when it is through.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (entries.length === 0) return found
    for (const entry of entries) {
      if (found.length >= MOST) return found
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, found)
      else {
        const file = await new Promise<File>((resolve, reject) =>
          (entry as FileSystemFileEntry).file(resolve, reject),
        )
        found.push({ file, folder: parentOf(entry.fullPath.slice(1)) })
      }
    }
  }
}

const parentOf = (path: string): string => path.split('/').slice(0, -1).join('/')
