import { clientsClaim } from 'workbox-core'
import { createHandlerBoundToURL, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import type { FetchLuggage, LeaveLuggage } from '../edge/luggage-calls.ts'
import { SHARE_PATH } from '../edge/share-calls.ts'
import { type KeepAwake, STREAM_PATH, type StreamOffer } from '../edge/stream-messages.ts'
import { LeftLuggage } from './left-luggage.ts'
import { receiveShare } from './shares.ts'
import { Streams } from './streams.ts'

declare const self: ServiceWorkerGlobalScope
/** Put in by the build. */
declare const PRECACHE_MANIFEST: PrecacheEntry[]

/** The page as it is when everything is at hand: it preloads nothing. */
const SHELL = '/shell.html'

type Message = StreamOffer | KeepAwake | LeaveLuggage | FetchLuggage | { readonly type: 'SKIP_WAITING' }

/** Where a person may be: the room, or one of many. What else a browser goes to is the server's to answer. */
const PAGES = [/^\/(?:\?|$)/, /^\/r\/[a-z0-9-]{1,64}(?:\?|$)/]

const streams = new Streams()
const luggage = new LeftLuggage()

function hear({ data, ports: [port] }: ExtendableMessageEvent): void {
  const message = data as Message
  switch (message.type) {
    case 'SKIP_WAITING':
      // A new version waits until a person lets it: page and worker are always of one version.
      return void self.skipWaiting()
    case 'stream':
      return port && streams.offer(message, port)
    case 'leave-luggage':
      luggage.leave(message.id, message.luggage)
      return port?.postMessage('taken')
    case 'fetch-luggage':
      return port?.postMessage(luggage.fetch(message.id))
    case 'keep-awake':
      return port && streams.check(message.id, port)
  }
}

function answer(event: FetchEvent): void {
  const { request } = event
  const { pathname } = new URL(request.url)
  if (pathname === SHARE_PATH && request.method === 'POST')
    return event.respondWith(receiveShare(request, luggage))
  const response = pathname.startsWith(STREAM_PATH) ? streams.answer(pathname) : undefined
  if (response !== undefined) event.respondWith(response)
}

/** To the room that told of it, or to a new page of it. */
async function goToRoom({ data: path }: Notification): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' })
  const page = pages.find(({ url }) => new URL(url).pathname === path)
  await (page === undefined ? self.clients.openWindow(path ?? '/') : page.focus())
}

self.addEventListener('message', hear)
self.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(goToRoom(event.notification))
})
// Before Workbox's own: a download must not go through anything that buffers it.
self.addEventListener('fetch', answer)
// A file that the browser evicted is asked of the network, and put back if it is the very same.
precacheAndRoute(PRECACHE_MANIFEST)
const giveShell = createHandlerBoundToURL(SHELL)
const integrity = PRECACHE_MANIFEST.find(({ url }) => url === SHELL)?.integrity
registerRoute(
  new NavigationRoute(options => giveShell({ ...options, params: { integrity } }), { allowlist: PAGES }),
)
// So that the first visit, too, can save streams and open offline.
clientsClaim()
