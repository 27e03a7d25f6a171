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

      @media (max-width: 40rem) {
        dialog {
          inline-size: 100vw;
          max-inline-size: none;
          block-size: 100dvh;
          max-block-size: none;
          border: 0;
          border-radius: 0;
        }

        .sheet {
          padding-inline: 0;
        }

        .head {
          margin-inline: var(--space-4) var(--space-2);
        }

        img {
          inline-size: 100%;
          block-size: calc(100dvh - 5rem);
          max-block-size: none;
          object-fit: contain;
          border-radius: 0;
        }
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
