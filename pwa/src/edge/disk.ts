import type { DiskAnswer, DiskCall, DiskRequest } from './disk-calls.ts'
import workerUrl from './disk-worker.ts?worker&url'
import { scriptUrl } from './script-urls.ts'
import { WorkerCalls } from './worker-calls.ts'

export type Disk = (request: DiskRequest) => Promise<unknown>

/** The origin's own disk, through one worker for as long as the page lives. */
export function createDisk(): {
  /** For what needs no disk. */
  readonly ask: Disk
  /** Undefined where the browser has none. */
  readonly find: () => Promise<Disk | undefined>
} {
  let calls: WorkerCalls<DiskCall, DiskAnswer> | undefined
  let probed: Promise<Disk | undefined> | undefined
  const ask: Disk = request => {
    calls ??= new WorkerCalls(
      () => new Worker(scriptUrl(workerUrl), { type: 'module' }),
      () => {
        calls = undefined
        return new Error('the worker that writes files ended')
      },
    )
    return calls.call(id => ({ ...request, id }))
  }
  const probe = () =>
    ask({ do: 'probe' }).then(
      () => ask,
      () => undefined,
    )
  return { ask, find: () => (probed ??= probe()) }
}
