import type { DiskAnswer, DiskCall, DiskRequest } from './disk-calls.ts'
import workerUrl from './disk-worker.ts?worker&url'
import { scriptUrl } from './script-urls.ts'
import { WorkerCalls } from './worker-calls.ts'

/** What of a request is the worker's from then on is named besides. */
export type Disk = (request: DiskRequest, transfer?: Transferable[]) => Promise<unknown>

/** The origin's own disk, through one worker for as long as the page lives; undefined where the browser has none. */
export function createDisk(): () => Promise<Disk | undefined> {
  let calls: WorkerCalls<DiskCall, DiskAnswer> | undefined
  let probed: Promise<Disk | undefined> | undefined
  const ask: Disk = (request, transfer) => {
    calls ??= new WorkerCalls(
      () => new Worker(scriptUrl(workerUrl), { type: 'module' }),
      () => {
        calls = undefined
        return new Error('the worker that writes files ended')
      },
    )
    return calls.call(id => ({ ...request, id }), transfer)
  }
  const probe = () =>
    ask({ do: 'probe' }).then(
      () => ask,
      () => undefined,
    )
  return () => (probed ??= probe())
}
