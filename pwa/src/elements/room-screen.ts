import { html, nothing, type PropertyValues } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { Calling } from '../controllers/calling.ts'
import type { Device } from '../controllers/device.ts'
import { Installing } from '../controllers/installing.ts'
import { KeyboardInset } from '../controllers/keyboard-inset.ts'
import { Media } from '../controllers/media.ts'
import type { Preferences } from '../controllers/preferences.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { WakeLock } from '../controllers/wake-lock.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { roomStyles } from '../styles/room.ts'
import { shown } from '../view/shown.ts'
import type { ChatComposer } from './chat-composer.ts'
import type { Leaving } from './leave-dialog.ts'
import { LocalizedElement } from './localized-element.ts'
import type { MessageLog } from './message-log.ts'
import type { Shared } from './share-dialog.ts'
import type { SidePanel } from './side-panel.ts'
import './chat-composer.ts'
import './connection-bar.ts'
import './drop-overlay.ts'
import './help-dialog.ts'
import './invite-dialog.ts'
import './leave-dialog.ts'
import './message-log.ts'
import './panel-dialog.ts'
import './person-dialog.ts'
import './room-news.ts'
import './settings-dialog.ts'
import './share-dialog.ts'
import './side-panel.ts'
import { close, invite, leave, mark, people, settings, warning } from './templates/icons.ts'
import { newsText } from './templates/news-text.ts'
import { troubleText } from './templates/trouble-text.ts'

/** What a device that falls asleep would stop. */
const MOVING: ReadonlySet<string> = new Set(['running', 'checking'])

/** The room: the conversation, whom it is with, and what is written next. */
class RoomScreen extends LocalizedElement {
  static override styles = [basics, controls, roomStyles]
  static override properties = {
    model: { attribute: false },
    version: { attribute: false },
    device: { attribute: false },
    preferences: { attribute: false },
    applyUpdate: { attribute: false },
    hasBeenHere: { attribute: false },
    shared: { attribute: false },
    dialog: { state: true },
    shownAlias: { state: true },
  }

  declare model: RoomModel
  declare version: number
  declare device: Device
  declare preferences: Preferences
  declare applyUpdate: (() => void) | undefined
  /** Not the first visit: somebody who comes back may want the app at hand. */
  declare hasBeenHere: boolean
  /** Handed over by another app: it is asked for whom it is. Fires `share-over`. */
  declare shared: Shared | undefined
  declare dialog: 'invite' | 'leave' | 'settings' | 'help' | 'panel' | undefined
  /** Whose words are compared; the dialog under it is there again after that. */
  declare shownAlias: string | undefined
  readonly #wide = new Media(this, '(min-width: 60rem)')
  readonly #touch = new Media(this, '(pointer: coarse)')
  readonly #installing = new Installing(this)
  readonly #wakeLock = new WakeLock()
  readonly #calling = new Calling()
  readonly #retry = () => this.model.client.retryNow()
  readonly #seen = () => {
    this.model.lookAtPage()
    this.#calling.seen()
  }

  constructor() {
    super()
    this.dialog = openedFirst()
    this.shownAlias = undefined
    this.applyUpdate = undefined
    this.hasBeenHere = false
    this.shared = undefined
    this.addController(new KeyboardInset(this))
    this.addController(this.#wakeLock)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('visibilitychange', this.#seen)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('visibilitychange', this.#seen)
  }

  override willUpdate(): void {
    const { answer, people } = this.model
    if (!people.some(({ alias }) => alias === this.shownAlias)) this.shownAlias = undefined
    if (answer === 'help') this.dialog = 'help'
    else if (answer !== undefined && !this.#wide.matches) this.dialog = 'panel'
  }

  override render() {
    const { model, device, version } = this
    const { self = '' } = model
    return html`
      <header>
        ${mark()}
        <div class="title">
          <h1 dir="ltr">${location.host}</h1>
          <p class="self">${texts.youAre(shown(self))}</p>
        </div>
        ${this.#renderActions()}
      </header>
      <connection-bar .link=${model.link} .retry=${this.#retry}></connection-bar>
      ${this.#renderUpdate() ?? this.#renderInstall() ?? nothing}
      <div class="middle">
        <main>
          <message-log .model=${model} .version=${version} .shelf=${device.shelf}
            @person-shown=${this.#show} @invite-wanted=${() => this.#open('invite')}></message-log>
          <p class="typing" aria-hidden="true">${typingText(model)}</p>
          ${this.#renderProblem()}
          <chat-composer .model=${model} .version=${version} .takesFiles=${device.intake !== undefined}
            .tellsTyping=${this.preferences.tellsTyping} @said=${() => this.#log?.follow()}
            @files-wanted=${this.#askForFiles} @files-chosen=${this.#takeFiles}></chat-composer>
        </main>
        ${
          this.#wide.matches
            ? html`<aside aria-label=${texts.panel()}>
                <side-panel .model=${model} .version=${version} .shelf=${device.shelf} @person-chosen=${this.#aim}
                  @person-shown=${this.#show}></side-panel>
              </aside>`
            : nothing
        }
      </div>
      <room-news .news=${model.news} .fileNews=${model.fileNews}></room-news>
      ${
        device.intake === undefined
          ? nothing
          : html`<drop-overlay .target=${model.target} @files-chosen=${this.#takeFiles}></drop-overlay>`
      }
      ${this.#renderDialog()}
    `
  }

  override async firstUpdated(): Promise<void> {
    this.#recall().catch(() => {})
    // A phone's keyboard would cover half of what one came to read.
    const begins = this.#touch.matches ? this.#log : this.#composer
    // What is new has no field yet.
    await begins?.updateComplete
    begins?.focus()
  }

  override updated(_changed: PropertyValues<this>): void {
    const { answer, transfers, news } = this.model
    this.#wakeLock.want(transfers.some(({ state }) => MOVING.has(state)))
    this.#calling.tell(news, this.preferences, newsText)
    if (answer === undefined) return
    this.model.answered()
    if (answer !== 'help' && this.#wide.matches) {
      this.renderRoot.querySelector<SidePanel>('side-panel')?.focusOn(answer)
    }
  }

  /** What a browser without a disk says of it is nothing. */
  async #recall(): Promise<void> {
    await this.model.recall((await this.device.staying?.received()) ?? [])
  }

  get #log(): MessageLog | null {
    return this.renderRoot.querySelector<MessageLog>('message-log')
  }

  get #composer(): ChatComposer | null {
    return this.renderRoot.querySelector<ChatComposer>('chat-composer')
  }

  #renderActions() {
    const here = this.model.people.length
    const button = (name: string, picture: unknown, open: () => void) =>
      html`<button class="icon" aria-label=${name} title=${name} @click=${open}>${picture}</button>`
    return html`
      <div class="actions">
        ${
          this.#wide.matches
            ? nothing
            : html`<button class="icon counted" aria-label=${texts.showPanel(here)} title=${texts.panel()}
                @click=${() => this.#open('panel')}>${people()}<span aria-hidden="true">${here}</span></button>`
        }
        ${button(texts.invite(), invite(), () => this.#open('invite'))}
        ${button(texts.settings(), settings(), () => this.#open('settings'))}
        ${button(texts.leave(), leave(), () => this.#open('leave'))}
      </div>
    `
  }

  #renderUpdate() {
    const { applyUpdate } = this
    if (applyUpdate === undefined) return undefined
    return html`<div class="update" role="status">
      <span>${texts.update()}</span><button class="plain" @click=${applyUpdate}>${texts.updateNow()}</button>
    </div>`
  }

  #renderInstall() {
    const isTime = this.hasBeenHere && !this.preferences.declinedInstall && this.#installing.way === 'offer'
    if (!isTime) return undefined
    return html`<div class="update">
      <span>${texts.installHint()}</span>
      <button class="plain" @click=${() => this.#installing.install()}>${texts.install()}</button>
      <button class="plain" @click=${this.#declineInstall}>${texts.notNow()}</button>
    </div>`
  }

  #declineInstall(): void {
    const detail: Preferences = { ...this.preferences, declinedInstall: true }
    this.dispatchEvent(new CustomEvent('preferences-chosen', { detail }))
  }

  #renderProblem() {
    const { problem } = this.model
    return html`<div role="alert">
      ${
        problem === undefined
          ? nothing
          : html`<div class="problem">
              ${warning()}<span dir="auto">${troubleText(problem)}</span>
              <button class="icon" aria-label=${texts.dismiss()} @click=${this.#dismiss}>${close()}</button>
            </div>`
      }
    </div>`
  }

  #renderDialog() {
    const closed = () => this.#open(undefined)
    if (this.shared !== undefined) return keyed(this.shared, this.#renderShare(this.shared))
    const person = this.model.people.find(({ alias }) => alias === this.shownAlias)
    if (person !== undefined) {
      return html`<person-dialog .person=${person} @person-chosen=${this.#aim} @closed=${this.#unshow}></person-dialog>`
    }
    switch (this.dialog) {
      case 'invite':
        return html`<invite-dialog @closed=${closed}></invite-dialog>`
      case 'settings':
        return html`<settings-dialog .preferences=${this.preferences} .staying=${this.device.staying} @closed=${closed}
          @help-wanted=${() => this.#open('help')}></settings-dialog>`
      case 'help':
        return html`<help-dialog @closed=${closed}></help-dialog>`
      case 'leave':
        return html`<leave-dialog .staying=${this.device.staying} @closed=${closed} @leave=${this.#leave}></leave-dialog>`
      case 'panel':
        return this.#wide.matches
          ? nothing
          : html`<panel-dialog .model=${this.model} .version=${this.version} .shelf=${this.device.shelf}
              @person-chosen=${this.#aim} @person-shown=${this.#show} @closed=${closed}></panel-dialog>`
      case undefined:
        return nothing
    }
  }

  #renderShare(shared: Shared) {
    return html`<share-dialog .shared=${shared} .model=${this.model} .version=${this.version}
      .intake=${this.device.intake} @closed=${() => this.dispatchEvent(new Event('share-over'))}></share-dialog>`
  }

  #open(dialog: RoomScreen['dialog']): void {
    this.dialog = dialog
  }

  #leave({ detail }: Leaving): void {
    this.dialog = undefined
    const { model, device } = this
    if (detail.forgets) model.whenLeft(() => device.staying?.forget())
    model.submit(':Exit')
  }

  #dismiss(): void {
    this.model.dismiss()
    this.#composer?.focus()
  }

  async #aim({ detail }: CustomEvent<string>): Promise<void> {
    this.model.aim(detail)
    this.dialog = undefined
    this.shownAlias = undefined
    // As long as a dialog is there, nothing behind it can be focused.
    await this.updateComplete
    this.#composer?.focus()
  }

  #show({ detail }: CustomEvent<string>): void {
    this.shownAlias = detail
  }

  #unshow(): void {
    this.shownAlias = undefined
  }

  #takeFiles({ detail }: CustomEvent<FileList | DataTransfer>): Promise<void> {
    return this.#send(this.device.intake?.take(detail))
  }

  #askForFiles(): Promise<void> {
    const asked = this.device.intake?.ask?.()
    return this.#send(asked, () => this.#composer?.pick())
  }

  /** To whom they were meant for when they were chosen, whoever is chosen while a folder is read. */
  async #send(
    chosen: Promise<readonly string[] | undefined> | undefined,
    otherwise?: () => void,
  ): Promise<void> {
    const { target } = this.model
    try {
      const paths = await chosen
      if (paths === undefined) return otherwise?.()
      this.model.sendFiles(paths, target)
      this.#log?.follow()
    } catch {
      this.model.complain(texts.filesRefused())
    }
  }
}

/** What a shortcut of the installed app leads to, once. */
function openedFirst(): RoomScreen['dialog'] {
  const wanted = new URLSearchParams(location.search).get('open')
  if (wanted !== 'invite' && wanted !== 'settings') return undefined
  history.replaceState(history.state, '', location.pathname)
  return wanted
}

function typingText({ people: list }: RoomModel): string {
  const names = list.filter(({ typing }) => typing !== undefined).map(({ alias }) => shown(alias))
  const [one, other] = names
  if (one === undefined) return ''
  if (other === undefined) return texts.oneTypes(one)
  return names.length === 2 ? texts.twoType(one, other) : texts.severalType()
}

customElements.define('room-screen', RoomScreen)
