import { css, html, nothing } from 'lit'
import { live } from 'lit/directives/live.js'
import { Installing } from '../controllers/installing.ts'
import { mayNotify } from '../controllers/notifications.ts'
import { FETCH_BOUNDS, type Preferences, type Theme } from '../controllers/preferences.ts'
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

      .row {
        display: flex;
        flex-wrap: wrap;
        column-gap: var(--space-5);
      }
    `,
  ]
  static override properties = { preferences: { attribute: false }, isRefused: { state: true } }

  declare preferences: Preferences
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
    const { theme, language, tellsTyping, fetchesUpTo, notifies } = this.preferences
    return html`
          <fieldset>
            <legend>${texts.theme()}</legend>
            <div class="row">
              ${(Object.keys(THEMES) as Theme[]).map(each =>
                this.#radio('theme', each, THEMES[each](), each === theme, () =>
                  this.#choose({ theme: each }),
                ),
              )}
            </div>
          </fieldset>
          <fieldset>
            <legend>${texts.language()}</legend>
            <div class="row">
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
          <label class="choice">
            <input type="checkbox" .checked=${tellsTyping}
              @change=${() => this.#choose({ tellsTyping: !tellsTyping })} />
            <span>${texts.tellTyping()}</span>
          </label>
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
            <label class="choice">
              <input type="checkbox" .checked=${live(notifies)} @change=${this.#notify} />
              <span>${texts.notify()}</span>
            </label>
            <p role="status" class="quiet">${this.isRefused ? texts.notifyRefused() : nothing}</p>
          </div>
          ${this.#renderInstall()}
          <button class="second" @click=${this.#help}>${texts.help()}</button>
    `
  }

  #radio(name: string, value: string, label: unknown, isChosen: boolean, choose: () => void) {
    return html`<label class="choice">
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
  async #notify({ target }: Event): Promise<void> {
    const isWanted = (target as HTMLInputElement).checked
    const notifies = isWanted && (await mayNotify())
    this.isRefused = isWanted && !notifies
    if (notifies !== this.preferences.notifies) this.#choose({ notifies })
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
