import type { RoomClient } from '@chat-room/client'
import { html, nothing, type PropertyValues } from 'lit'
import { Badge } from '../controllers/badge.ts'
import type { Device } from '../controllers/device.ts'
import { LazyPart } from '../controllers/lazy-part.ts'
import { applyTheme, defaultPreferences, type Preferences } from '../controllers/preferences.ts'
import { RoomModel } from '../controllers/room-model.ts'
import { entranceTexts as texts } from '../locales/entrance-texts.ts'
import { speak } from '../locales/locale.ts'
import { basics, controls } from '../styles/controls.ts'
import { loadingStyles } from '../styles/loading.ts'
import { LocalizedElement } from './localized-element.ts'
import './enter-screen.ts'
import type { Shared } from './share-dialog.ts'
import { loadFailure } from './templates/load-failure.ts'

const MIB = 2 ** 20

/** What the person chose, as a whole, whenever that changes: for whoever keeps it. */
export type PreferencesChanged = CustomEvent<Preferences>

/** The app: the way in, and the room behind it, which is loaded while the password is being stretched. */
export class ChatApp extends LocalizedElement {
  static override styles = [basics, controls, loadingStyles]
  static override properties = {
    device: { attribute: false },
    preferences: { attribute: false },
    lastAlias: { attribute: false },
    applyUpdate: { state: true },
    shared: { state: true },
    version: { state: true },
  }

  /** What the page offers beside the room; to be set before `use`. */
  declare device: Device
  declare preferences: Preferences
  /** Offered as the alias to begin with. */
  declare lastAlias: string | undefined
  /** Applies a new version of the app. */
  declare applyUpdate: (() => void) | undefined
  /** What other apps handed over: it waits until somebody is inside. */
  declare shared: readonly Shared[]
  declare version: number
  #model: RoomModel | undefined
  readonly #badge = new Badge()
  readonly #room = new LazyPart(this, () => import('./room-screen.ts'))

  constructor() {
    super()
    this.device = {}
    this.preferences = defaultPreferences()
    this.lastAlias = undefined
    this.applyUpdate = undefined
    this.shared = []
    this.version = 0
    this.addEventListener('update-ready', event => {
      this.applyUpdate = (event as CustomEvent<{ readonly apply: () => void }>).detail.apply
    })
    this.addEventListener('handed-over', event => {
      this.shared = [...this.shared, (event as CustomEvent<Shared>).detail]
    })
    this.addEventListener('memory-trouble', event => {
      const { what } = (event as CustomEvent<{ readonly what: 'full' | 'gone' }>).detail
      this.#model?.complain(what === 'full' ? texts.memoryFull() : texts.memoryGone())
    })
  }

  /** Shows this client; called once, before it is started. */
  use(client: RoomClient): void {
    this.#model = new RoomModel(client)
    this.#obey(undefined)
    this.#model.subscribe(() => {
      this.version++
    })
    this.version++
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('preferences')) this.#obey(changed.get('preferences'))
    const entrance = this.#model?.entrance
    if (entrance === undefined) return
    // Argon2id takes half a second: time enough to fetch what comes after it.
    const isNear = entrance.work === 'stretching' || entrance.step === 'alias' || entrance.step === 'inside'
    if (isNear) this.#room.request()
  }

  override render() {
    const model = this.#model
    if (model === undefined) return nothing
    const { entrance } = model
    const isInside = entrance.step === 'inside'
    return html`
      ${isInside ? nothing : this.#renderEntrance(model)}
      ${isInside && !this.#room.isHere ? this.#renderLoading() : nothing}
      ${
        this.#room.isHere && model.self !== undefined && entrance.step !== 'left' && entrance.step !== 'ended'
          ? html`<room-screen ?hidden=${!isInside} .model=${model} .version=${this.version} .device=${this.device}
              .hasBeenHere=${this.lastAlias !== undefined} .preferences=${this.preferences} .applyUpdate=${this.applyUpdate} .shared=${this.shared[0]}
              @preferences-chosen=${this.#choose} @share-over=${this.#takeNext}></room-screen>`
          : nothing
      }
    `
  }

  override updated(): void {
    const unread = this.#model?.conversation.unread ?? 0
    document.title = unread === 0 ? location.host : `(${unread}) ${location.host}`
    this.#badge.show(unread)
  }

  #renderEntrance(model: RoomModel) {
    return html`<enter-screen .model=${model} .entrance=${model.entrance} .device=${this.device}
      .lastAlias=${this.lastAlias} .isOffline=${model.link.state === 'offline'}
      @start-again=${() => location.reload()}></enter-screen>`
  }

  #renderLoading() {
    return html`<main>
      ${
        this.#room.hasFailed
          ? loadFailure(() => this.#room.retry())
          : html`<progress aria-label=${texts.joining()}></progress>`
      }
    </main>`
  }

  #takeNext(): void {
    this.shared = this.shared.slice(1)
  }

  #choose({ detail }: PreferencesChanged): void {
    this.preferences = detail
    this.dispatchEvent(new CustomEvent('preferences-changed', { detail }))
  }

  #obey(before: Preferences | undefined): void {
    const { theme, language, fetchesUpTo } = this.preferences
    this.#model?.fetchUpTo(fetchesUpTo * MIB)
    if (theme !== before?.theme) applyTheme(theme)
    // A language that cannot be loaded leaves the page as it is, and may be chosen again.
    if (language !== before?.language) speak(language).catch(() => {})
  }
}

customElements.define('chat-app', ChatApp)

declare global {
  interface HTMLElementTagNameMap {
    'chat-app': ChatApp
  }
}
