import type { News } from './news.ts'

/** As much as systems show. */
const MOST = 200

const ICON = '/icon-192.png'

/** By author, so that a talkative one is one notification. */
const tagOf = (from: string): string => `chat-room ${from}`

/** Asks the person at most once; whether the system may tell of what is said. */
export async function mayNotify(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false
  return (await Notification.requestPermission()) === 'granted'
}

/** Tells of what came while the page is hidden, on this device alone: nobody else could read it. */
export function notify(news: readonly News[], textOf: (each: News) => string): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
  for (const each of news) {
    const options = {
      body: textOf(each).slice(0, MOST),
      tag: tagOf(each.from),
      silent: true,
      icon: ICON,
      // Where a click on it leads.
      data: location.pathname,
    }
    // Nothing that a person could do about it.
    show(options).catch(() => {})
  }
}

/** Somebody looks: what was told is read. */
export async function clearNotifications(): Promise<void> {
  for (const each of (await (await registration())?.getNotifications()) ?? []) each.close()
}

const registration = (): Promise<ServiceWorkerRegistration | undefined> =>
  navigator.serviceWorker?.getRegistration() ?? Promise.resolve(undefined)

/** Through the service worker: phones let no page do it. */
async function show(options: NotificationOptions): Promise<void> {
  await (await registration())?.showNotification(location.host, options)
}
