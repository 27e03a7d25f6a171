/** From a page that is about to be loaded again, to the service worker; answered through the port once it is taken. */
export type LeaveLuggage = { readonly type: 'leave-luggage'; readonly id: string; readonly luggage: unknown }

/** From the page that was loaded in its place; answered through the port, once. */
export type FetchLuggage = { readonly type: 'fetch-luggage'; readonly id: string }
