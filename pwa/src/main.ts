import './styles/app.css'
import { MAIN_ROOM } from '@chat-room/protocol'
import './controllers/installing.ts'
import type { Preferences } from './controllers/preferences.ts'
import { watchHandedOver } from './edge/handed-over.ts'
import { Notes } from './edge/notes.ts'
import type { PreferencesChanged } from './elements/chat-app.ts'
import './elements/chat-app.ts'
import { createRoom } from './room.ts'

/** `/r/<name>` is the room of that name, everything else the main one. */
const [, name = MAIN_ROOM] = /^\/r\/([^/]+)$/.exec(location.pathname) ?? []

/** Not every engine has a word for it. */
const whenIdle = globalThis.requestIdleCallback ?? setTimeout

/** There is something to do, or to read. */
const SHOWN: ReadonlySet<string> = new Set(['prompt', 'joined', 'error'])

const app = document.querySelector('chat-app')
if (app === null) throw new Error('the page has no chat-app')

const { client, device, begin, startAnew } = createRoom({
  url: location.origin,
  room: name,
  troubled: trouble => app.dispatchEvent(new CustomEvent('memory-trouble', { detail: trouble })),
  chose: () => notes.keep(),
})
const notes = new Notes(device.staying)

app.device = device
app.preferences = { ...app.preferences, ...(notes.get('preferences') as Partial<Preferences> | undefined) }
app.lastAlias = notes.get('alias') as string | undefined
app.addEventListener('preferences-changed', event => {
  notes.set('preferences', (event as PreferencesChanged).detail)
})
client.subscribe(event => {
  if (event.type === 'joined') notes.set('alias', event.alias)
  // Who left is nobody here any more (M8).
  if (event.type === 'left') notes.set('alias', undefined)
})
// Nobody who looks, and no network that came back, waits for the next attempt.
addEventListener('online', () => client.retryNow())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') client.retryNow()
})
// Who keeps nothing here does not come back: the alias is free again with the page.
addEventListener('pagehide', ({ persisted }) => {
  if (!persisted && !device.staying.stays) client.vanish()
})
app.use(client)
watchHandedOver(detail => app.dispatchEvent(new CustomEvent('handed-over', { detail })))
// What the person waits for comes first: storing the app takes a slow device longer than showing it. The development server
// has no service worker.
if (import.meta.env.PROD) {
  const end = client.subscribe(event => {
    const isShown = SHOWN.has(event.type) || (event.type === 'connection' && event.state === 'offline')
    if (!isShown) return
    end()
    whenIdle(keepAtHand)
  })
}
void begin()

function keepAtHand(): void {
  import('./edge/updates.ts')
    .then(({ registerServiceWorker }) =>
      registerServiceWorker(
        apply => app?.dispatchEvent(new CustomEvent('update-ready', { detail: { apply } })),
        startAnew,
      ),
    )
    .catch((error: unknown) => console.error('there is no service worker', error))
}
