/** Begins what a page streams through its service worker into a download. */
export const STREAM_PATH = '/save/'

/** Page to service worker, with a port. */
export type StreamOffer = {
  readonly type: 'stream'
  readonly id: string
  readonly name: string
  readonly size: number
}

/**
 * Page to service worker, with a port: keeps the worker from being ended while this stream runs, since some browsers count events
 * alone. One that was ended all the same, and started again by this, answers `lost`.
 */
export type KeepAwake = { readonly type: 'keep-awake'; readonly id: string }

/** Service worker to page, through the port of an offer: `pull` asks for one piece. */
export type StreamAsks = 'ready' | 'started' | 'pull' | 'cancelled' | 'lost'

/** Page to service worker, through the port. */
export type StreamPiece = { readonly bytes: Uint8Array<ArrayBuffer> } | 'end' | 'abort'
