import { css, html, nothing } from 'lit'
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

      .choice {
        margin-block-end: var(--space-4);
      }

      .choices {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--space-2);
      }
    `,
  ]

  static override properties = { stays: { attribute: false } }

  /** This device keeps what it needs to come back. */
  declare stays: boolean

  protected override get heading(): string {
    return texts.leaveTitle()
  }

  protected override renderContent() {
    return html`
        <p>${texts.leaveLead()}</p>
        ${
          this.stays
            ? html`<label class="choice"><input type="checkbox" id="forget" /><span>${texts.forget()}</span></label>`
            : nothing
        }
        <div class="choices">
          <button class="second" @click=${this.close}>${texts.stayHere()}</button>
          <button class="main trouble" @click=${this.#leave}>${leave()}${texts.leave()}</button>
        </div>
    `
  }

  #leave(): void {
    const forgets = this.renderRoot.querySelector<HTMLInputElement>('#forget')?.checked === true
    this.dispatchEvent(new CustomEvent('leave', { detail: { forgets } }) satisfies Leaving)
  }
}

/** Whether this device is to forget what it keeps, too. */
export type Leaving = CustomEvent<{ readonly forgets: boolean }>

customElements.define('leave-dialog', LeaveDialog)
