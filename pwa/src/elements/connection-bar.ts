import { css, html, nothing } from 'lit'
import { Countdown } from '../controllers/countdown.ts'
import type { Link } from '../controllers/room-model.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { LocalizedElement } from './localized-element.ts'
import { offline } from './templates/icons.ts'

/** A thin bar while there is no connection; always a status, so that a change of it is read aloud. */
class ConnectionBar extends LocalizedElement {
  static override styles = [
    basics,
    controls,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        align-items: center;
        column-gap: var(--space-2);
        padding: var(--space-1) var(--space-3);
        background: var(--found-soft);
        color: var(--found);
        font-size: var(--text-s);
        font-weight: 600;
      }

      .says {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        padding-block: var(--space-1);
      }

      .bar button {
        --tone: var(--found);
        min-block-size: 1.75rem;
        text-decoration: underline;
        text-underline-offset: 0.2em;
      }

      @media (pointer: coarse) {
        .bar button {
          min-block-size: var(--target);
        }
      }

      @media (forced-colors: active) {
        .bar {
          border-block-end: 1px solid CanvasText;
        }
      }
    `,
  ]
  static override properties = { link: { attribute: false }, retry: { attribute: false } }

  declare link: Link
  /** Tries at once; undefined where nothing can. */
  declare retry: (() => void) | undefined
  readonly #countdown = new Countdown(this)

  override render() {
    const { state, retryAt } = this.link
    const seconds = retryAt === undefined ? 0 : this.#countdown.secondsTo(retryAt)
    const text = { online: texts.online, connecting: texts.connectingAgain, offline: texts.offline }[state]()
    const isOnline = state === 'online'
    // Seconds pass for the eye alone: read aloud, each would interrupt what is being said.
    return html`
      <div class=${isOnline ? 'heard' : 'bar'}>
        <div role="status" aria-label=${texts.connection()} class=${isOnline || seconds === 0 ? 'says' : 'heard'}>
          ${isOnline ? nothing : offline()}<span>${text}</span>
        </div>
        ${
          state === 'offline' && seconds > 0
            ? html`<div class="says" aria-hidden="true">${offline()}${texts.offlineRetry(seconds)}</div>`
            : nothing
        }
        ${
          state === 'offline' && this.retry !== undefined
            ? html`<button class="plain" @click=${this.retry}>${texts.retryNow()}</button>`
            : nothing
        }
      </div>
    `
  }
}

customElements.define('connection-bar', ConnectionBar)
