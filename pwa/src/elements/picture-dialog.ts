import { css, html } from 'lit'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { DialogElement } from './dialog-element.ts'

/** A received picture, as large as the window allows. */
class PictureDialog extends DialogElement {
  static override styles = [
    basics,
    controls,
    dialogStyles,
    css`
      dialog {
        inline-size: fit-content;
        max-inline-size: calc(100vw - 2 * var(--space-4));
      }

      h2 {
        overflow-wrap: anywhere;
      }

      img {
        display: block;
        max-inline-size: 100%;
        max-block-size: calc(100dvh - 8rem);
        margin-inline: auto;
        border-radius: var(--round-s);
      }
    `,
  ]
  static override properties = { name: {}, url: {} }

  declare name: string
  declare url: string

  protected override get heading(): string {
    return this.name
  }

  protected override renderContent() {
    return html`<img src=${this.url} alt=${this.name} />`
  }
}

customElements.define('picture-dialog', PictureDialog)
