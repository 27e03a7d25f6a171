import { css, html } from 'lit'
import type { Preferences, Theme } from '../controllers/preferences.ts'
import { LANGUAGES, type Language } from '../locales/locale.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { DialogElement } from './dialog-element.ts'

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

      button {
        justify-self: start;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        column-gap: var(--space-5);
      }
    `,
  ]
  static override properties = { preferences: { attribute: false } }

  declare preferences: Preferences

  protected override get heading(): string {
    return texts.settings()
  }

  protected override renderContent() {
    const { theme, language, tellsTyping } = this.preferences
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
          <button class="second" @click=${this.#help}>${texts.help()}</button>
    `
  }

  #radio(name: string, value: string, label: unknown, isChosen: boolean, choose: () => void) {
    return html`<label class="choice">
      <input type="radio" name=${name} value=${value} .checked=${isChosen} @change=${choose} /><span>${label}</span>
    </label>`
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
