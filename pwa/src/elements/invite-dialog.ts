import { css, html, nothing } from 'lit'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { DialogElement } from './dialog-element.ts'
import { check, copy, share } from './templates/icons.ts'

/** The way here, to be passed on: the address and its QR code, never the password. */
class InviteDialog extends DialogElement {
  static override styles = [
    basics,
    controls,
    dialogStyles,
    css`
      .content {
        display: grid;
        gap: var(--space-4);
      }

      p {
        color: var(--quiet);
      }

      canvas {
        inline-size: min(100%, 13rem);
        margin-inline: auto;
        padding: var(--space-3);
        border-radius: var(--round-m);
        background: #fff;
        image-rendering: pixelated;
        forced-color-adjust: none;
      }

      .address {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      .address input {
        flex: 1 1 15rem;
        inline-size: auto;
        min-inline-size: 0;
        font-family: var(--mono);
        font-size: var(--text-s);
      }
    `,
  ]
  static override properties = { isCopied: { state: true }, hasCode: { state: true } }

  declare isCopied: boolean
  declare hasCode: boolean

  constructor() {
    super()
    this.isCopied = false
    this.hasCode = !isOnlyHere()
  }

  protected override get heading(): string {
    return texts.inviteTitle()
  }

  protected override renderContent() {
    const url = roomUrl()
    return html`
          <p>${isOnlyHere() ? texts.inviteHere() : texts.inviteLead()}</p>
          ${this.hasCode ? html`<canvas role="img" aria-label=${texts.qr()}></canvas>` : nothing}
          <div class="address">
            <input type="text" readonly dir="ltr" aria-label=${texts.address()} .value=${url}
              @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} />
            <button class="main" @click=${this.#copy}>
              ${this.isCopied ? check() : copy()}${this.isCopied ? texts.copiedAddress() : texts.copy()}
            </button>
            ${
              'share' in navigator
                ? html`<button class="second" @click=${this.#share}>${share()}${texts.share()}</button>`
                : nothing
            }
          </div>
          <span role="status" class="heard">${this.isCopied ? texts.copiedAddress() : nothing}</span>
    `
  }

  override firstUpdated(): void {
    super.firstUpdated()
    void this.#drawCode()
  }

  async #drawCode(): Promise<void> {
    if (!this.hasCode) return
    try {
      const { generate } = await import('lean-qr/nano')
      const canvas = this.renderRoot.querySelector('canvas')
      // The quiet zone is the canvas's padding.
      if (canvas !== null) generate(roomUrl()).toCanvas(canvas, { padX: 0, padY: 0 })
    } catch {
      // Not loaded: the address can be copied all the same.
      this.hasCode = false
    }
  }

  async #copy(): Promise<void> {
    await navigator.clipboard.writeText(roomUrl())
    this.isCopied = true
  }

  #share(): void {
    // Whoever changes their mind is no failure.
    navigator.share({ url: roomUrl(), title: location.host }).catch(() => {})
  }
}

/** Nothing of a query or a fragment is of the room. */
const roomUrl = (): string => `${location.origin}${location.pathname}`

/** Whoever founds a room on their own machine opens it by a name that every other machine has for itself. */
const isOnlyHere = (): boolean => /^(localhost|127\..*|\[::1\])$/.test(location.hostname)

customElements.define('invite-dialog', InviteDialog)
