import { fetchLuggage } from './next-page.ts'
import { SHARED, type Shared } from './share-calls.ts'

/** Where a system opens files with an app, as Chromium has it. */
type LaunchQueue = {
  setConsumer(consumer: (launch: { readonly files: readonly FileSystemFileHandle[] }) => void): void
}

const { launchQueue } = globalThis as { readonly launchQueue?: LaunchQueue }

/** Tells of all that other apps hand over to this page: what was shared with it, and files that are opened with it. */
export function watchHandedOver(take: (handed: Shared) => void): void {
  const url = new URL(location.href)
  const id = url.searchParams.get(SHARED)
  if (id !== null) {
    // It is given out once: an address that asks for it again is of no use.
    url.searchParams.delete(SHARED)
    history.replaceState(history.state, '', url)
    void fetchLuggage(id).then(shared => shared !== undefined && take(shared as Shared))
  }
  launchQueue?.setConsumer(async ({ files: handles }) => {
    // One that is gone by now is not sent.
    const read = await Promise.allSettled(handles.map(handle => handle.getFile()))
    const files = read.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
    if (files.length > 0) take({ text: '', files })
  })
}
