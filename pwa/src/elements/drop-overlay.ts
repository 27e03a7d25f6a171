import { css, html, nothing } from 'lit'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics } from '../styles/controls.ts'
import { shown } from '../view/shown.ts'
import { DialogElement } from './dialog-element.ts'
import { LocalizedElement } from './localized-element.ts'
import { attach } from './templates/icons.ts'

/**
 * All of the window takes files, unless a dialog is before it, and says to whom they would go before they are let go of.
 * Fires `files-chosen` with a DataTransfer, during the event that it lives in.
 */
class DropOverlay extends LocalizedElement {
  static override styles = [
    basics,
    css`
      :host {
        position: fixed;
        inset: 0;
        z-index: 10;
        pointer-events: none;
      }

      .over {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-2);
        block-size: 100%;
        padding: var(--space-5);
        background: color-mix(in oklab, var(--accent-soft) 92%, transparent);
        color: var(--accent);
        text-align: center;
      }

      .over::before {
        content: '';
        position: absolute;
        inset: var(--space-4);
        border: 3px dashed currentColor;
        border-radius: var(--round-l);
      }

      .direct {
        background: color-mix(in oklab, var(--direct-soft) 92%, transparent);
        color: var(--direct);
      }

      svg {
        inline-size: 3rem;
        block-size: 3rem;
      }

      strong {
        font-size: var(--text-xl);
      }
    `,
  ]
  static override properties = { target: {}, isOver: { state: true } }

  /** The alias that files would go to, or `all`. */
  declare target: string
  declare isOver: boolean
  /** Of the elements under the pointer one is entered before the other is left. */
  #depth = 0
  #listening: AbortController | undefined

  readonly #entered = (event: DragEvent) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    this.#depth++
    this.isOver = !isBarred()
  }
  readonly #over = (event: DragEvent) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = isBarred() ? 'none' : 'copy'
  }
  readonly #left = (event: DragEvent) => {
    if (hasFiles(event) && --this.#depth <= 0) this.#end()
  }
  readonly #dropped = (event: DragEvent) => {
    if (!hasFiles(event)) return
    // A browser would show the file instead of this page.
    event.preventDefault()
    this.#end()
    if (isBarred()) return
    this.dispatchEvent(new CustomEvent('files-chosen', { detail: event.dataTransfer }))
  }
  readonly #pasted = (event: ClipboardEvent) => {
    if (event.clipboardData === null || event.clipboardData.files.length === 0 || isBarred()) return
    // A table copied from an office program brings a picture of itself; what is meant is its text.
    if (event.clipboardData.types.includes('text/plain')) return
    event.preventDefault()
    this.dispatchEvent(new CustomEvent('files-chosen', { detail: event.clipboardData }))
  }

  constructor() {
    super()
    this.isOver = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#listening = new AbortController()
    const { signal } = this.#listening
    addEventListener('dragenter', this.#entered, { signal })
    addEventListener('dragover', this.#over, { signal })
    addEventListener('dragleave', this.#left, { signal })
    addEventListener('drop', this.#dropped, { signal })
    addEventListener('paste', this.#pasted, { signal })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#listening?.abort()
  }

  override render() {
    if (!this.isOver) return nothing
    const isDirect = this.target !== 'all'
    return html`<div class=${isDirect ? 'over direct' : 'over'}>
      ${attach()}<strong>${texts.drop()}</strong>
      <span>${isDirect ? texts.dropAlone(shown(this.target)) : texts.dropEveryone()}</span>
    </div>`
  }

  #end(): void {
    this.#depth = 0
    this.isOver = false
  }
}

/** Whoever looks at a dialog does not see to whom it would go. */
const isBarred = (): boolean => DialogElement.open.size > 0

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false

customElements.define('drop-overlay', DropOverlay)
