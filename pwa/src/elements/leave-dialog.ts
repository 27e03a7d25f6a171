import { css, html } from 'lit'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { DialogElement } from './dialog-element.ts'
import { leave } from './templates/icons.ts'

/** Asks before the room is left by pointing; `:Exit` has been typed on purpose. Fires `leave` or `closed`. */
class LeaveDialog extends DialogElement {
  static override styles = [
    basics,
    controls,
    dialogStyles,
    css`
      p {
        margin-block-end: var(--space-5);
        color: var(--quiet);
      }

      .choices {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--space-2);
      }
    `,
  ]

  protected override get heading(): string {
    return texts.leaveTitle()
  }

  protected override renderContent() {
    return html`
        <p>${texts.leaveLead()}</p>
        <div class="choices">
          <button class="second" @click=${this.close}>${texts.stayHere()}</button>
          <button class="main trouble" @click=${() => this.dispatchEvent(new Event('leave'))}>${leave()}${texts.leave()}</button>
        </div>
    `
  }
}

customElements.define('leave-dialog', LeaveDialog)
