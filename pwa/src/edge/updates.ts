import { Workbox } from 'workbox-window'
import { scriptUrl } from './script-urls.ts'

/** How often a page that stays open asks for a new version, in milliseconds. */
const EVERY = 3_600_000

/**
 * Registers the service worker. `waits` is told once a new version waits for a person's word, and what says it: then every
 * tab of this origin starts anew with that version, once `leaves` is done.
 */
export async function registerServiceWorker(
  waits: (apply: () => void) => void,
  leaves: () => Promise<void>,
): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const worker = new Workbox(scriptUrl('/sw.js') as string)
  worker.addEventListener('waiting', () => waits(() => worker.messageSkipWaiting()))
  // The very first one takes over a page of its own version, and nothing changes.
  let isControlled = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (isControlled) void leaves().finally(() => location.reload())
    isControlled = true
  })
  await worker.register({ immediate: true })
  setInterval(() => void worker.update().catch(() => {}), EVERY)
}
