import { html, nothing, type PropertyValues } from 'lit'
import type { Device } from '../controllers/device.ts'
import { LazyPart } from '../controllers/lazy-part.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { entranceTexts as texts } from '../locales/entrance-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { enterStyles } from '../styles/enter.ts'
import type { Entrance } from '../view/entrance.ts'
import { LocalizedElement } from './localized-element.ts'
import './claim-code-step.ts'
import './password-step.ts'
import { coreText } from './templates/core-text.ts'
import { lock, mark, person, sparkle } from './templates/icons.ts'
import { loadFailure } from './templates/load-failure.ts'

/** One calm screen between the address and the room: what is asked for now, and nothing else. */
class EnterScreen extends LocalizedElement {
  static override styles = [basics, controls, enterStyles]
  static override properties = {
    model: { attribute: false },
    entrance: { attribute: false },
    device: { attribute: false },
    lastAlias: { attribute: false },
    isOffline: { attribute: false },
    tone: { reflect: true },
  }

  declare model: RoomModel
  declare entrance: Entrance
  declare device: Device
  declare lastAlias: string | undefined
  declare isOffline: boolean
  /** `found`: a room is being founded. Its colours are of that case alone. */
  declare tone: 'found' | 'calm'

  // Which characters an alias may have is a table of 18 KiB: not needed before there is an alias.
  readonly #aliasStep = new LazyPart(this, () => import('./alias-step.ts'))

  constructor() {
    super()
    this.device = {}
    this.lastAlias = undefined
    this.isOffline = false
    this.tone = 'calm'
  }

  override willUpdate(): void {
    const { step, purpose, work } = this.entrance
    if (work === 'stretching' || step === 'alias') this.#aliasStep.request()
    const isFounding = step === 'claim-code' || (step === 'password' && purpose === 'create')
    this.tone = isFounding ? 'found' : 'calm'
  }

  override render() {
    return html`
      <main>
        <div class="card">
          <div class="top">
            ${mark()}
            <span class="host" dir="ltr">${location.host}</span>
          </div>
          ${this.#renderStep()}
        </div>
        ${
          // Below a card that is about to grow it would only be pushed away.
          this.entrance.step === 'connecting'
            ? nothing
            : html`<p class="promise">${lock()}<span>${texts.promise()}</span></p>`
        }
      </main>
    `
  }

  override async updated(changed: PropertyValues<this>): Promise<void> {
    const before = changed.get('entrance') as Entrance | undefined
    if (before?.step === this.entrance.step) return
    const step = this.renderRoot.querySelector<HTMLElement & { updateComplete?: unknown }>('[data-step]')
    // What is new has no field yet.
    await step?.updateComplete
    // Another page under the same window: whoever listens begins with its heading or its field.
    step?.focus()
  }

  #renderStep() {
    const { entrance, model } = this
    switch (entrance.step) {
      case 'claim-code':
        return html`
          ${this.#head(texts.claimTitle(), texts.claimLead(), html`${sparkle()}${texts.createBadge()}`)}
          <claim-code-step data-step .model=${model} .entrance=${entrance}></claim-code-step>
        `
      case 'password':
        return html`
          ${
            entrance.purpose === 'create'
              ? this.#head(texts.createTitle(), texts.createLead(), html`${sparkle()}${texts.createBadge()}`)
              : this.#head(texts.enterTitle(), texts.enterLead(), html`${lock()}${texts.enterBadge()}`)
          }
          <password-step data-step .model=${model} .entrance=${entrance} .device=${this.device}></password-step>
        `
      case 'alias':
        return html`
          ${this.#head(texts.aliasTitle(), texts.aliasLead(), html`${person()}${texts.enterBadge()}`)}
          ${this.#renderAlias()}
        `
      case 'left':
        return this.#over(texts.leftTitle(), texts.leftLead(), texts.comeBack())
      case 'ended':
        return this.#renderEnd()
      default:
        return html`
          ${this.#head(texts.connecting(), this.isOffline ? texts.unreachable() : texts.connectingHelp(), nothing)}
          <progress aria-label=${texts.connecting()}></progress>
        `
    }
  }

  #renderAlias() {
    if (this.#aliasStep.isHere) {
      return html`<alias-step data-step .model=${this.model} .entrance=${this.entrance}
        .lastAlias=${this.lastAlias}></alias-step>`
    }
    if (!this.#aliasStep.hasFailed) return html`<progress aria-label=${texts.connecting()}></progress>`
    return loadFailure(() => this.#aliasStep.retry())
  }

  #renderEnd() {
    const { problem } = this.entrance
    if (problem?.code === 'replaced') {
      return this.#over(texts.replacedTitle(), texts.replaced(), texts.useHere())
    }
    const why = problem?.code === 'forgotten-room' ? texts.forgottenRoom() : coreText(problem?.message ?? '')
    return html`<div role="alert">${this.#over(texts.endedTitle(), why, texts.tryAgain())}</div>`
  }

  #head(title: string, lead: string, badge: unknown) {
    return html`
      <header>
        ${badge === nothing ? nothing : html`<p class="badge">${badge}</p>`}
        <h1>${title}</h1>
        <p class="lead">${lead}</p>
      </header>
    `
  }

  #over(title: string, lead: string, again: string) {
    return html`
      ${this.#head(title, lead, nothing)}
      <button data-step class="main" @click=${() => this.dispatchEvent(new Event('start-again'))}>${again}</button>
    `
  }
}

customElements.define('enter-screen', EnterScreen)
