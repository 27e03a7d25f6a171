import { html } from 'lit'
import type { FileShelf } from '../controllers/device.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles, sideStyles } from '../styles/dialog.ts'
import { DialogElement } from './dialog-element.ts'
import './side-panel.ts'

/** The panel where there is no room beside the conversation. */
class PanelDialog extends DialogElement {
  static override styles = [basics, controls, dialogStyles, sideStyles]
  static override properties = {
    model: { attribute: false },
    version: { attribute: false },
    shelf: { attribute: false },
  }

  declare model: RoomModel
  declare version: number
  declare shelf: FileShelf | undefined

  protected override get heading(): string {
    return texts.panel()
  }

  protected override renderContent() {
    return html`<side-panel .model=${this.model} .version=${this.version} .shelf=${this.shelf}></side-panel>`
  }
}

customElements.define('panel-dialog', PanelDialog)
