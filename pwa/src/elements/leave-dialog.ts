import { css, html, nothing, type PropertyValues } from 'lit'
import type { Staying } from '../controllers/device.ts'
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

  static override properties = { staying: { attribute: false }, received: { state: true } }

  declare staying: Staying | undefined
  /** So many received files go with what is kept. */
  declare received: number | undefined

  protected override async willUpdate(changed: PropertyValues<this>): Promise<void> {
    if (changed.has('staying')) this.received = (await this.staying?.received())?.length
  }

  protected override get heading(): string {
    return texts.leaveTitle()
  }

  protected override renderContent() {
    return html`
        <p>${texts.leaveLead()}</p>
        ${this.received ? html`<p>${texts.receivedHere(this.received)}</p>` : nothing}
        ${
          // Whatever this device does now: no page can know that nothing is left of before.
          this.staying
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
