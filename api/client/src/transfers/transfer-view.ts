import type { TransferView, WaitsFor } from '../events.ts'
import type { SavedFile } from './kept/saved-transfers.ts'
import type { Progress } from './progress.ts'

export type View = Omit<TransferView, 'number'>

type Shown = Pick<View, 'direction' | 'with' | 'state'> & {
  readonly progress: Progress
  readonly waitsFor: WaitsFor | undefined
}

/** What both directions have in common. A speed is told while something moves, and what it waits for while it waits. */
export function viewOf(
  { transfer, name, size, folder }: Pick<SavedFile, 'transfer' | 'name' | 'size' | 'folder'>,
  { progress, waitsFor, ...shown }: Shown,
): View {
  const isMoving = shown.state === 'running' || shown.state === 'checking'
  return {
    transfer,
    name,
    ...(folder && { folder: folder.path }),
    size,
    done: progress.done,
    ...shown,
    ...(waitsFor && shown.state === 'waiting' && { waitsFor }),
    ...(isMoving && progress.pace),
  }
}
