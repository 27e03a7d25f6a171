import { html, nothing } from 'lit'
import type { FileShelf } from '../controllers/device.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics } from '../styles/controls.ts'
import { panelStyles } from '../styles/panel.ts'
import { LocalizedElement } from './localized-element.ts'
import './people-list.ts'
import './transfer-list.ts'

/** Who is here, and every file: beside the conversation, or before it on a phone. Lets `person-chosen` and `person-shown` through. */
export class SidePanel extends LocalizedElement {
  static override styles = [basics, panelStyles]
  static override properties = {
    model: { attribute: false },
    version: { attribute: false },
    shelf: { attribute: false },
  }

  declare model: RoomModel
  declare version: number
  declare shelf: FileShelf | undefined

  override render() {
    const { model, version, shelf } = this
    const { people } = model
    return html`
      <section>
        <h2 id="people" tabindex="-1">${texts.people()} <span class="count">${people.length}</span></h2>
        <people-list .people=${people} .target=${model.target} .isOnline=${model.link.state === 'online'}></people-list>
        ${people.length < 2 ? html`<p class="quiet">${texts.alone()}</p>` : nothing}
      </section>
      <section>
        <h2 id="files" tabindex="-1">${texts.files()}</h2>
        <transfer-list .model=${model} .version=${version} .shelf=${shelf}></transfer-list>
      </section>
    `
  }

  /** Where whoever asked for it by a command begins to read. */
  focusOn(part: 'people' | 'files'): void {
    this.renderRoot.querySelector<HTMLElement>(`#${part}`)?.focus()
  }
}

customElements.define('side-panel', SidePanel)
