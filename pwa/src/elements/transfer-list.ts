import { css, html } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { FileShelf } from '../controllers/device.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics } from '../styles/controls.ts'
import { LocalizedElement } from './localized-element.ts'
import './transfer-card.ts'

/** Every file of the room, the newest first. */
class TransferList extends LocalizedElement {
  static override styles = [
    basics,
    css`
      ul {
        display: grid;
        gap: var(--space-2);
      }

      p {
        color: var(--quiet);
        font-size: var(--text-s);
      }
    `,
  ]
  static override properties = {
    model: { attribute: false },
    version: { attribute: false },
    shelf: { attribute: false },
  }

  declare model: RoomModel
  declare version: number
  declare shelf: FileShelf | undefined

  override render() {
    const { files } = this.model
    if (files.length === 0) return html`<p>${texts.noFiles()}</p>`
    return html`
      <ul aria-label=${texts.transfers()}>
        ${repeat(
          files.toReversed(),
          ({ transfer }) => transfer,
          each => html`<li><transfer-card .model=${this.model} .transfer=${each} .shelf=${this.shelf}
            .outcome=${this.model.outcomeOf(each.transfer)}></transfer-card></li>`,
        )}
      </ul>
    `
  }
}

customElements.define('transfer-list', TransferList)
