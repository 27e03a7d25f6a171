import type { DiskAnswer, DiskCall, DiskRequest } from './disk-calls.ts'
import workerUrl from './disk-worker.ts?worker&url'
import { scriptUrl } from './script-urls.ts'
import { WorkerCalls } from './worker-calls.ts'

export type Disk = (request: DiskRequest) => Promise<unknown>

/** The origin's own disk, through one worker for as long as the page lives; undefined where the browser has none. */
export function createDisk(): () => Promise<Disk | undefined> {
  let probed: Promise<Disk | undefined> | undefined

  async function probe(): Promise<Disk | undefined> {
    const calls = new WorkerCalls<DiskCall, DiskAnswer>(
      () => new Worker(scriptUrl(workerUrl), { type: 'module' }),
      () => new Error('the worker that writes files ended'),
    )
    const disk: Disk = request => calls.call(id => ({ ...request, id }))
    try {
      await disk({ do: 'probe' })
      return disk
    } catch {
      calls.end()
      return undefined
    }
  }

  return () => (probed ??= probe())
}
