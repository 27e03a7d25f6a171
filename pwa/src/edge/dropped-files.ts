import type { GivenFile } from './given-files.ts'

/** More than are sent from one folder: what is beyond is refused by whoever counts. */
const MOST = 2_000

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
    // A pasted picture is a file without an entry.
    .map(item => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const given: GivenFile[] = []
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) await walk(entry as FileSystemDirectoryEntry, given)
    else if (file !== null) given.push({ file, folder: '' })
  }
  return given
}

async function walk(directory: FileSystemDirectoryEntry, given: GivenFile[]): Promise<void> {
  const reader = directory.createReader()
  // A reader hands out a hundred or so at a time, and none when it is through.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (entries.length === 0) return
    for (const entry of entries) {
      if (given.length >= MOST) return
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, given)
      else {
        const file = await new Promise<File>((resolve, reject) =>
          (entry as FileSystemFileEntry).file(resolve, reject),
        )
        given.push({ file, folder: parentOf(entry.fullPath.slice(1)) })
      }
    }
  }
}

const parentOf = (path: string): string => path.split('/').slice(0, -1).join('/')
