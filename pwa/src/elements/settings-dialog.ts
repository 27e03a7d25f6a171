import { css, html, nothing } from 'lit'
import { chime } from '../controllers/chime.ts'
import type { Staying } from '../controllers/device.ts'
import { Installing } from '../controllers/installing.ts'
import { mayNotify } from '../controllers/notifications.ts'
import { FETCH_BOUNDS, type Preferences, type Theme } from '../controllers/preferences.ts'
import { entranceTexts } from '../locales/entrance-texts.ts'
import { currentLanguage, LANGUAGES, type Language } from '../locales/locale.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { formatSize } from '../view/amounts.ts'
import { DialogElement } from './dialog-element.ts'

const MIB = 2 ** 20

/**
 * What a person may have otherwise. Fires `preferences-chosen` with all of it at every change, which holds at
 * once, and `help-wanted`.
 */
class SettingsDialog extends DialogElement {
  static override styles = [
    basics,
    controls,
    dialogStyles,
    css`
      .content {
        display: grid;
        gap: var(--space-5);
      }

      fieldset {
        display: grid;
        gap: var(--space-1);
        margin: 0;
        padding: 0;
        border: 0;
        min-inline-size: 0;
      }

      legend {
        padding: 0;
        margin-block-end: var(--space-1);
        font-weight: 600;
      }

      button,
      select {
        justify-self: start;
      }

      .field {
        display: grid;
        gap: var(--space-1);
      }

      select {
        min-block-size: var(--target);
        padding-inline: var(--space-3);
        border: 1px solid var(--edge);
        border-radius: var(--round-m);
        background: var(--raised);
      }

      .quiet {
        color: var(--quiet);
        font-size: var(--text-s);
      }

      .segments {
        display: flex;
        flex-wrap: wrap;
        gap: 0.125rem;
        padding: 0.1875rem;
        border-radius: var(--round-m);
        background: var(--sunken);
      }

      .segments label {
        position: relative;
        flex: 1 1 auto;
        display: grid;
        place-items: center;
        min-block-size: var(--target);
        padding-inline: var(--space-2);
        border-radius: calc(var(--round-m) - 0.1875rem);
        cursor: pointer;
      }

      .segments label:has(:checked) {
        background: var(--raised);
        color: var(--accent);
        font-weight: 600;
        box-shadow: var(--shadow);
      }

      .segments label:has(:focus-visible) {
        outline: 2px solid var(--accent);
      }

      .segments input {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        opacity: 0;
        cursor: pointer;
      }

      @media (forced-colors: active) {
        .segments label:has(:checked) {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
    `,
  ]
  static override properties = {
    preferences: { attribute: false },
    staying: { attribute: false },
    isRefused: { state: true },
  }

  declare preferences: Preferences
  declare staying: Staying | undefined
  /** The browser lets this page not tell of anything. */
  declare isRefused: boolean
  readonly #installing = new Installing(this)

  constructor() {
    super()
    this.isRefused = false
  }

  protected override get heading(): string {
    return texts.settings()
  }

  protected override renderContent() {
    const { theme, language, tellsTyping, fetchesUpTo, notifies, sounds } = this.preferences
    return html`
          <fieldset>
            <legend>${texts.theme()}</legend>
            <div class="segments">
              ${(Object.keys(THEMES) as Theme[]).map(each =>
                this.#radio('theme', each, THEMES[each](), each === theme, () =>
                  this.#choose({ theme: each }),
                ),
              )}
            </div>
          </fieldset>
          <fieldset>
            <legend>${texts.language()}</legend>
            <div class="segments">
              ${(Object.keys(LANGUAGES) as Language[]).map(each =>
                this.#radio(
                  'language',
                  each,
                  html`<span lang=${each}>${LANGUAGES[each]}</span>`,
                  each === language,
                  () => this.#choose({ language: each }),
                ),
              )}
            </div>
          </fieldset>
          ${this.#renderSwitch(texts.tellTyping(), tellsTyping, isOn => this.#tell(isOn))}
          <label class="field">
            <span>${texts.fetchUpTo()}</span>
            <select @change=${this.#bound}>
              ${FETCH_BOUNDS.map(
                each => html`<option value=${each} ?selected=${each === fetchesUpTo}>
                  ${each === 0 ? texts.fetchNothing() : formatSize(each * MIB, currentLanguage())}</option>`,
              )}
            </select>
          </label>
          <div>
            ${this.#renderSwitch(texts.notify(), notifies, isWanted => this.#notify(isWanted))}
            <p role="status" class="quiet">${this.isRefused ? texts.notifyRefused() : nothing}</p>
            ${this.#renderSwitch(texts.sounds(), sounds, sounds => this.#ring(sounds))}
          </div>
          ${this.#renderStaying()}
          ${this.#renderInstall()}
          <button class="second" @click=${this.#help}>${texts.help()}</button>
    `
  }

  /** `turn` answers what holds now, whatever was wanted. */
  #renderSwitch(text: string, isOn: boolean, turn: (isOn: boolean) => boolean | Promise<boolean>) {
    const changed = async (event: Event) => {
      const box = event.target as HTMLInputElement
      box.checked = await turn(box.checked)
    }
    return html`<label class="choice">
      <input type="checkbox" .checked=${isOn} @change=${changed} /><span>${text}</span>
    </label>`
  }

  #renderStaying() {
    const { staying } = this
    if (staying === undefined) return nothing
    return html`<div>
      ${this.#renderSwitch(entranceTexts.stay(), staying.stays, isWanted => staying.stay(isWanted))}
      <p class="quiet">${entranceTexts.stayHelp()}</p>
    </div>`
  }

  #radio(name: string, value: string, label: unknown, isChosen: boolean, choose: () => void) {
    return html`<label>
      <input type="radio" name=${name} value=${value} .checked=${isChosen} @change=${choose} /><span>${label}</span>
    </label>`
  }

  #renderInstall() {
    switch (this.#installing.way) {
      case 'offer':
        return html`<button class="second" @click=${() => this.#installing.install()}>${texts.install()}</button>`
      case 'by-hand':
        return html`<p>${texts.installByHand()}</p>`
      case undefined:
        return nothing
    }
  }

  #bound({ target }: Event): void {
    this.#choose({ fetchesUpTo: Number((target as HTMLSelectElement).value) })
  }

  /** Asked only now: a person wants it. */
  async #notify(isWanted: boolean): Promise<boolean> {
    const notifies = isWanted && (await mayNotify())
    this.isRefused = isWanted && !notifies
    if (notifies !== this.preferences.notifies) this.#choose({ notifies })
    return notifies
  }

  /** Heard at once: it is a sample, and a browser that wants a person's word for it has that. */
  #ring(sounds: boolean): boolean {
    if (sounds) chime()
    this.#choose({ sounds })
    return sounds
  }

  #tell(tellsTyping: boolean): boolean {
    this.#choose({ tellsTyping })
    return tellsTyping
  }

  #help(): void {
    this.dispatchEvent(new Event('help-wanted'))
  }

  #choose(chosen: Partial<Preferences>): void {
    const detail: Preferences = { ...this.preferences, ...chosen }
    this.dispatchEvent(new CustomEvent('preferences-chosen', { detail, bubbles: true, composed: true }))
  }
}

const THEMES = {
  system: texts.themeSystem,
  light: texts.themeLight,
  dark: texts.themeDark,
} as const satisfies Record<Theme, () => string>

customElements.define('settings-dialog', SettingsDialog)
