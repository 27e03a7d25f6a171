import type { News } from './news.ts'

/** As much as systems show. */
const MOST = 200

/** By author, so that a talkative one is one notification. */
const tagOf = (from: string): string => `chat-room ${from}`

/** Asks the person at most once; whether the system may tell of what is said. */
export async function mayNotify(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false
  return (await Notification.requestPermission()) === 'granted'
}

/** Tells of what comes while the page is hidden, on this device alone: nobody else could read it. */
export class Notifications {
  #last = 0

  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') clear().catch(() => {})
    })
  }

  /** `textOf` says what is told of it. */
  tell(news: readonly News[], isWanted: boolean, textOf: (each: News) => string): void {
    const unseen = news.filter(({ key }) => key > this.#last)
    this.#last = news.at(-1)?.key ?? this.#last
    if (!isWanted || document.visibilityState === 'visible') return
    if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
    for (const each of unseen) {
      const options = { body: textOf(each).slice(0, MOST), tag: tagOf(each.from), silent: true, icon: ICON }
      // Nothing that a person could do about it.
      show(options).catch(() => {})
    }
  }
}

const ICON = '/icon-192.png'

const registration = (): Promise<ServiceWorkerRegistration | undefined> =>
  navigator.serviceWorker?.getRegistration() ?? Promise.resolve(undefined)

/** Through the service worker: phones let no page do it. */
async function show(options: NotificationOptions): Promise<void> {
  await (await registration())?.showNotification(location.host, options)
}

async function clear(): Promise<void> {
  for (const each of (await (await registration())?.getNotifications()) ?? []) each.close()
}
