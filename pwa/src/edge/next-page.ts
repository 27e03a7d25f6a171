import type { FetchLuggage, LeaveLuggage } from './luggage-calls.ts'

/** A service worker that does not answer within so many milliseconds has nothing. */
const PATIENCE = 2_000

/** What the page before has put beside its address: where its luggage is, or that it had none and was not in the room. */
type Note = { readonly luggage?: string; readonly isReplaced?: true }

/**
 * Leaves this to the page that is loaded next in this tab, in the memory of the service worker: nothing touches the disk. What
 * is left can be anything that can be cloned.
 */
export async function leaveToNextPage(luggage: unknown): Promise<void> {
  const id = crypto.randomUUID()
  note({ luggage: id })
  await ask({ type: 'leave-luggage', id, luggage })
}

/** The next page in this tab is as this one: not in the room, since another tab is. */
export const leaveReplaced = (): void => note({ isReplaced: true })

/** What the page before this one left; told once. */
export async function takeFromLastPage(): Promise<unknown> {
  const { luggage, isReplaced } = (history.state as Note | null) ?? {}
  history.replaceState(null, '')
  if (isReplaced) return 'replaced'
  return luggage === undefined ? undefined : await fetchLuggage(luggage)
}

/** What waits in the service worker under this name; given out once. */
export const fetchLuggage = (id: string): Promise<unknown> => ask({ type: 'fetch-luggage', id })

const note = (state: Note): void => history.replaceState(state, '')

function ask(call: LeaveLuggage | FetchLuggage): Promise<unknown> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => resolve(data)
    setTimeout(() => resolve(undefined), PATIENCE)
    const { controller } = navigator.serviceWorker
    if (controller === null) resolve(undefined)
    else controller.postMessage(call, [port2])
  })
}
