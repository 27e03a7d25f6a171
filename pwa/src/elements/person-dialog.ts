import type { PersonView } from '@chat-room/client'
import { css, html } from 'lit'
import { entranceTexts } from '../locales/entrance-texts.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { loadWords } from '../view/passphrase.ts'
import { safetyWords } from '../view/safety-words.ts'
import { shown } from '../view/shown.ts'
import { DialogElement } from './dialog-element.ts'
import { lock, warning } from './templates/icons.ts'

/** By which words two people find out that nobody stands between them. Fires `person-chosen` with the alias. */
class PersonDialog extends DialogElement {
  static override styles = [
    basics,
    controls,
    dialogStyles,
    css`
      .content {
        display: grid;
        gap: var(--space-4);
      }

      ol {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr));
        gap: var(--space-2) var(--space-4);
        padding: var(--space-4);
        border-radius: var(--round-m);
        background: var(--direct-soft);
        color: var(--direct);
        font: 700 var(--text-l) / 1.4 var(--mono);
        list-style: none;
        counter-reset: word;
      }

      li::before {
        counter-increment: word;
        content: counter(word);
        display: inline-block;
        min-inline-size: 1.25rem;
        font: 400 var(--text-s) / 1 var(--sans);
        opacity: 0.8;
      }

      h3 {
        margin-block-end: var(--space-1);
        font-size: var(--text-s);
      }

      .quiet {
        color: var(--quiet);
      }

      .differ {
        display: flex;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--round-m);
        background: var(--trouble-soft);
        color: var(--trouble);
      }

      button {
        justify-self: start;
      }

      @media (forced-colors: active) {
        ol {
          border: 1px solid CanvasText;
        }
      }
    `,
  ]
  static override properties = { person: { attribute: false }, words: { state: true } }

  declare person: PersonView
  /** Undefined while they are on their way. */
  declare words: readonly string[] | 'missing' | undefined

  constructor() {
    super()
    this.words = undefined
  }

  protected override get heading(): string {
    return shown(this.person.alias)
  }

  protected override renderContent() {
    const alias = shown(this.person.alias)
    return html`
      ${this.#renderWords(alias)}
      <button class="second" @click=${this.#choose}>${lock()}${texts.writeTo(alias)}</button>
    `
  }

  override firstUpdated(): void {
    super.firstUpdated()
    loadWords().then(
      words => {
        this.words = words
      },
      () => {
        this.words = 'missing'
      },
    )
  }

  #renderWords(alias: string) {
    const { safety } = this.person
    const { words } = this
    if (safety === undefined) return html`<p class="quiet">${texts.wordsUnknown(alias)}</p>`
    if (words === 'missing') return html`<p role="alert">${entranceTexts.generateFailed()}</p>`
    return html`
      <p>${texts.wordsLead(alias)}</p>
      ${safety.map(({ isOwn, bytes }) => {
        const whose = isOwn ? texts.yourWords() : texts.wordsOf(alias)
        return html`<section>
          <h3>${whose}</h3>
          <ol dir="ltr" lang="en" aria-label=${whose}>
            ${words && safetyWords(bytes, words).map(word => html`<li>${word}</li>`)}
          </ol>
        </section>`
      })}
      <p class="quiet">${texts.wordsSame(alias)}</p>
      <p class="differ">${warning()}<span>${texts.wordsDiffer(alias)}</span></p>
    `
  }

  #choose(): void {
    this.dispatchEvent(new CustomEvent('person-chosen', { detail: this.person.alias }))
  }
}

customElements.define('person-dialog', PersonDialog)
