import { html } from 'lit'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { LocalizedElement } from './localized-element.ts'
import { close } from './templates/icons.ts'

/** A native dialog with a heading, opened as soon as it is there. Fires `closed`: whoever drew it takes it away. */
export abstract class DialogElement extends LocalizedElement {
  /** Those that are there: what is behind them takes nothing. */
  static readonly open = new Set<DialogElement>()

  protected abstract get heading(): string

  protected abstract renderContent(): unknown

  override render() {
    return html`
      <dialog aria-labelledby="heading" @close=${this.#closed} @click=${this.#clicked}>
        <div class="sheet">
          <div class="head">
            <h2 id="heading" tabindex="-1" autofocus>${this.heading}</h2>
            <button class="icon" aria-label=${texts.close()} @click=${this.close}>${close()}</button>
          </div>
          <div class="content">${this.renderContent()}</div>
        </div>
      </dialog>
    `
  }

  override connectedCallback(): void {
    super.connectedCallback()
    DialogElement.open.add(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    DialogElement.open.delete(this)
  }

  override firstUpdated(): void {
    this.#dialog?.showModal()
  }

  close(): void {
    this.#dialog?.close()
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  #closed(): void {
    this.dispatchEvent(new Event('closed'))
  }

  /** The sheet covers all of the dialog: what reaches the dialog itself is a click beside it. */
  #clicked(event: MouseEvent): void {
    if (event.target === this.#dialog) this.close()
  }
}
