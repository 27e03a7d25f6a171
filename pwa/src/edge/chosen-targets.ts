import { safeFileName } from '@chat-room/protocol'
import { choose, dialogs } from './file-dialogs.ts'

/** Where a person wants files written straight, by transfer: chosen in the click that accepts it. */
export class ChosenTargets {
  readonly #handles = new Map<string, FileSystemFileHandle>()

  /** False: they changed their mind. Where nobody can be asked, the file goes where it would otherwise. */
  async choose(transfer: string, name: string): Promise<boolean> {
    const handle = await choose(dialogs.showSaveFilePicker?.({ suggestedName: safeFileName(name) }))
    if (handle === 'declined') return false
    if (handle !== undefined) this.#handles.set(transfer, handle)
    return true
  }

  take(transfer: string): FileSystemFileHandle | undefined {
    const handle = this.#handles.get(transfer)
    this.#handles.delete(transfer)
    return handle
  }
}
