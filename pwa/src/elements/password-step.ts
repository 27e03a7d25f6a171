import { html, nothing, type PropertyValues } from 'lit'
import { Countdown } from '../controllers/countdown.ts'
import type { Device } from '../controllers/device.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { entranceTexts as texts } from '../locales/entrance-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { passwordStyles } from '../styles/password.ts'
import { steps } from '../styles/steps.ts'
import type { Entrance } from '../view/entrance.ts'
import { generatePassphrase, loadWords } from '../view/passphrase.ts'
import { type Strength, strengthOf } from '../view/password-strength.ts'
import type { ErrorEvent } from '../view/room-event.ts'
import { LocalizedElement } from './localized-element.ts'
import { coreText } from './templates/core-text.ts'
import { check, copy, dice, eye, eyeOff, warning } from './templates/icons.ts'
import { problemAlert } from './templates/problem.ts'

/** Sets the room's password, or asks for it: other words, another button, other hints. */
class PasswordStep extends LocalizedElement {
  static override styles = [basics, controls, steps, passwordStyles]
  static override properties = {
    model: { attribute: false },
    entrance: { attribute: false },
    device: { attribute: false },
    shows: { state: true },
    generated: { state: true },
    strength: { state: true },
    isCopied: { state: true },
    localProblem: { state: true },
  }

  declare model: RoomModel
  declare entrance: Entrance
  declare device: Device
  declare shows: boolean
  /** A passphrase of ours, shown as a whole: no field of a phone is as long. */
  declare generated: string | undefined
  declare strength: Strength | undefined
  declare isCopied: boolean
  declare localProblem: string | undefined
  readonly #countdown = new Countdown(this)

  constructor() {
    super()
    this.shows = false
    this.generated = undefined
    this.strength = undefined
    this.isCopied = false
    this.localProblem = undefined
  }

  override render() {
    const { purpose, problem, work } = this.entrance
    const isCreating = purpose === 'create'
    const isBusy = work !== 'none'
    return html`
      <form @submit=${this.#submit}>
        ${problemAlert(this.localProblem ?? (problem && problemText(problem)))}
        <input hidden autocomplete="username" .value=${location.host} />
        <div class="field">
          <label for="password">${texts.password()}</label>
          <div class="with-eye">
            <input id="password" type=${this.shows ? 'text' : 'password'} required dir="auto"
              autocomplete=${isCreating ? 'new-password' : 'current-password'} autocapitalize="off"
              spellcheck="false" ?readonly=${isBusy} aria-invalid=${problem !== undefined}
              aria-describedby=${isCreating ? 'problem strength recovery' : 'problem'} @input=${this.#typed} />
            <button type="button" class="icon" aria-label=${this.shows ? texts.hide() : texts.show()}
              @click=${this.#toggle}>${this.shows ? eyeOff() : eye()}</button>
          </div>
          ${isCreating ? this.#renderStrength() : nothing}
        </div>
        ${isCreating ? this.#renderCreation() : nothing}
        ${this.device.staying ? this.#renderStay(this.device.staying.stays) : nothing}
        ${this.#renderWork()}
        <button class="main" aria-disabled=${isBusy}>
          ${isCreating ? texts.setPassword() : texts.enter()}
        </button>
      </form>
    `
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('entrance') as Entrance | undefined
    if (this.entrance.problem && before?.problem !== this.entrance.problem) this.focus()
    if (before && before.purpose !== this.entrance.purpose) this.#clear()
  }

  override focus(): void {
    const field = this.#field
    field?.focus()
    field?.select()
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector<HTMLInputElement>('#password')
  }

  #renderStrength() {
    const { strength } = this
    const level = strength === undefined ? 0 : LEVELS[strength]
    return html`
      <div class="strength level-${level}">
        <div class="bars" aria-hidden="true"><i></i><i></i><i></i><i></i></div>
        <span id="strength" role="status" class="quiet">
          ${strength === undefined ? nothing : texts.strength(STRENGTHS[strength]())}
        </span>
      </div>
    `
  }

  #renderCreation() {
    return html`
      ${this.generated !== undefined && this.shows ? html`<p class="phrase" dir="ltr">${this.generated}</p>` : nothing}
      <div class="tools">
        <button type="button" class="second" @click=${this.#generate}>${dice()}${texts.generate()}</button>
        ${
          this.shows && this.strength !== undefined
            ? html`<button type="button" class="plain" @click=${this.#copy}>
                ${this.isCopied ? check() : copy()}${this.isCopied ? texts.copied() : texts.copyPassword()}
              </button>`
            : nothing
        }
      </div>
      <p id="recovery" class="recovery">${warning()}<span>${texts.noRecovery()}</span></p>
    `
  }

  #renderStay(stays: boolean) {
    return html`
      <label class="choice stay">
        <input type="checkbox" .checked=${stays} aria-describedby="stay-help" @change=${this.#stay} />
        <span>${texts.stay()}<span id="stay-help" class="quiet">${texts.stayHelp()}</span></span>
      </label>
    `
  }

  #renderWork() {
    const { work, triesAt } = this.entrance
    const seconds = work === 'slowed' ? this.#countdown.secondsTo(triesAt) : 0
    const text =
      work === 'none'
        ? undefined
        : work === 'slowed'
          ? texts.slowed(seconds)
          : work === 'stretching'
            ? texts.stretching()
            : texts.checking()
    if (text === undefined) return html`<div class="work"></div>`
    return html`
      <div class="work">
        <progress aria-label=${text}></progress>
        <span>${text}</span>
      </div>
    `
  }

  #typed(): void {
    const password = this.#field?.value ?? ''
    this.isCopied = false
    this.generated = undefined
    this.localProblem = undefined
    this.strength = password === '' ? undefined : strengthOf(password)
  }

  #clear(): void {
    // What was typed for the one is not to be tried for the other by a hasty Enter.
    if (this.#field !== null) this.#field.value = ''
    this.#typed()
  }

  #toggle(): void {
    this.shows = !this.shows
    this.#field?.focus()
  }

  async #generate(): Promise<void> {
    try {
      const words = await loadWords()
      const field = this.#field
      if (field === null || field.readOnly) return
      const passphrase = generatePassphrase(words, values => crypto.getRandomValues(values))
      field.value = passphrase
      this.shows = true
      this.#typed()
      this.generated = passphrase
      field.focus()
    } catch {
      this.localProblem = texts.generateFailed()
    }
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(this.#field?.value ?? '')
    this.isCopied = true
  }

  async #stay(event: Event): Promise<void> {
    const box = event.target as HTMLInputElement
    const isWanted = box.checked
    box.checked = (await this.device.staying?.stay(isWanted)) === true
    if (isWanted && !box.checked) this.localProblem = texts.memoryGone()
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    const password = this.#field?.value ?? ''
    if (password === '' || this.entrance.work !== 'none') return
    this.localProblem = undefined
    this.model.givePassword(password, this.entrance.purpose)
  }
}

const LEVELS = { common: 1, short: 1, weak: 2, good: 3, strong: 4 } as const satisfies Record<
  Strength,
  number
>

const STRENGTHS = {
  common: texts.strengthCommon,
  short: texts.strengthShort,
  weak: texts.strengthWeak,
  good: texts.strengthGood,
  strong: texts.strengthStrong,
} as const satisfies Record<Strength, () => string>

const PROBLEMS: Partial<Record<ErrorEvent['code'], () => string>> = {
  'wrong-password': texts.wrongPassword,
  'already-claimed': texts.alreadyClaimed,
  unclaimed: texts.unclaimedNow,
  'login-expired': texts.loginExpired,
}

const problemText = ({ code, message }: ErrorEvent): string => PROBLEMS[code]?.() ?? coreText(message)

customElements.define('password-step', PasswordStep)
