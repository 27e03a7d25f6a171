import { lockWhole } from './locks.ts'

/** Folders of the origin's own disk: being received, received, and either of those only while this page lives. */
export const INCOMING = 'incoming'
export const RECEIVED = 'received'
export const PASSING = 'passing'

/** Copies that nobody took away: the origin's disk is a place to pass through. */
const KEPT_FOR = 7 * 24 * 3_600_000

/** As engines have it for this disk. */
type Movable = { move(folder: FileSystemDirectoryHandle, name: string): Promise<void> }

export const lockOf = (place: string): string => `file ${place.split('/')[1]}`

/** All rooms of an origin share one disk: what belongs to which is told by its ending. */
export const nameOf = (transfer: string, room: string): string => transfer + endingOf(room)

const endingOf = (room: string) => `.${room.slice(room.lastIndexOf('/') + 1)}`

/** Looking makes nothing. */
async function* filesIn(folder: string, ending = '') {
  const root = await navigator.storage.getDirectory()
  const directory = await root.getDirectoryHandle(folder).catch(() => undefined)
  for await (const [name, handle] of directory?.entries() ?? []) {
    if (!name.endsWith(ending)) continue
    const remove = () => directory?.removeEntry(name)
    yield { name, file: handle as FileSystemFileHandle, remove }
  }
}

/** For as long as this page lives, nobody tidies it up; another page that has it in hand is waited for. */
function hold(name: string): void {
  navigator.locks.request(lockOf(`/${name}`), () => new Promise(() => {})).catch(() => {})
}

/** Keeps what a page that is about to end had on the disk. */
export async function inheritPassing(): Promise<void> {
  for await (const { name } of filesIn(PASSING)) hold(name)
}

/** Removes what no tab has in hand: what was only passing through at once, the rest when it is old. */
export async function tidyDisk(now: number): Promise<void> {
  for (const folder of [PASSING, INCOMING, RECEIVED]) {
    for await (const { name, file, remove } of filesIn(folder)) {
      const release = await lockWhole(lockOf(`${folder}/${name}`))
      if (release === undefined) continue
      const { lastModified } = await file.getFile()
      if (folder === PASSING || now - lastModified > KEPT_FOR) await remove()
      release()
    }
  }
}

/** Nothing of what came in this room is left, whoever shows it. */
export async function removeFiles(room: string): Promise<void> {
  for (const folder of [PASSING, INCOMING, RECEIVED]) {
    // One that is being written goes with its page, or is tidied up by the next.
    for await (const { remove } of filesIn(folder, endingOf(room))) await remove()?.catch(() => {})
  }
}

/** What was received in this room is not kept any more: it is there for as long as this page lives. */
export async function letPass(room: string): Promise<void> {
  // One that is being written passes when it is whole.
  for await (const { remove } of filesIn(INCOMING, endingOf(room))) await remove()?.catch(() => {})
  for await (const { name, file } of filesIn(RECEIVED, endingOf(room))) {
    hold(name)
    const root = await navigator.storage.getDirectory()
    const passing = await root.getDirectoryHandle(PASSING, { create: true })
    await (file as unknown as Movable).move(passing, name)
  }
}

/** By their transfers, files that lie here and were received in this room. */
export async function listReceived(room: string): Promise<readonly string[]> {
  const transfers: string[] = []
  for await (const { name } of filesIn(RECEIVED, endingOf(room)))
    transfers.push(name.slice(0, -endingOf(room).length))
  return transfers
}
