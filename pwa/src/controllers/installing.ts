import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Chromium's offer to install the app. Others have none. */
type InstallOffer = Event & { prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }> }

let offer: InstallOffer | undefined
const hosts = new Set<ReactiveControllerHost>()

function changed(next: InstallOffer | undefined): void {
  offer = next
  for (const host of hosts) host.requestUpdate()
}

// It is made once, at any time, and not again: kept for when somebody wants it.
addEventListener('beforeinstallprompt', event => {
  event.preventDefault()
  changed(event as InstallOffer)
})
addEventListener('appinstalled', () => changed(undefined))

/** How the app can be installed here; its host is drawn anew when that changes. */
export class Installing implements ReactiveController {
  readonly #host: ReactiveControllerHost

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  /** `by-hand`: the person finds it in the share menu, as nothing else does it on iOS. Undefined: it is, or cannot be. */
  get way(): 'offer' | 'by-hand' | undefined {
    if (offer !== undefined) return 'offer'
    const { standalone } = navigator as { readonly standalone?: boolean }
    return standalone === false ? 'by-hand' : undefined
  }

  async install(): Promise<void> {
    const made = offer
    // One offer is good for one question.
    changed(undefined)
    await made?.prompt()
  }

  hostConnected(): void {
    hosts.add(this.#host)
  }

  hostDisconnected(): void {
    hosts.delete(this.#host)
  }
}
