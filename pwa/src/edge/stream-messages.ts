/** Begins what a page streams through its service worker into a download. */
export const STREAM_PATH = '/save/'

/** Page to service worker, with a port. */
export type StreamOffer = {
  readonly type: 'stream'
  readonly id: string
  readonly name: string
  readonly size: number
}

/** Keeps the worker from being ended while a stream runs: some browsers count events alone. */
export type KeepAwake = { readonly type: 'keep-awake' }

/** Service worker to page, through the port: `pull` asks for one piece. */
export type StreamAsks = 'ready' | 'started' | 'pull' | 'cancelled'

/** Page to service worker, through the port. */
export type StreamPiece = { readonly bytes: Uint8Array<ArrayBuffer> } | 'end' | 'abort'
