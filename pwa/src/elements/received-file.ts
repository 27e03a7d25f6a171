import { html, nothing } from 'lit'
import type { FileShelf } from '../controllers/device.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { receivedStyles } from '../styles/received.ts'
import { isOpenable, isPicture } from '../view/openable.ts'
import { shown } from '../view/shown.ts'
import { LocalizedElement } from './localized-element.ts'
import './picture-dialog.ts'

/** What was written straight to where it is: nothing of it is this page's to show. */
const ELSEWHERE = 'elsewhere/'

/** A file that is here: saved, shared, and opened or looked at in place if its kind can do no harm. */
class ReceivedFile extends LocalizedElement {
  static override styles = [basics, controls, receivedStyles]
  static override properties = {
    shelf: { attribute: false },
    path: {},
    name: {},
    file: { state: true },
    picture: { state: true },
    isGone: { state: true },
    isLooking: { state: true },
  }

  declare shelf: FileShelf
  declare path: string
  declare name: string
  /** Known to ask what can be done with it: what is no picture is not read. */
  declare file: File | undefined
  /** The address of a picture, as long as this element shows it. */
  declare picture: string | undefined
  declare isGone: boolean
  declare isLooking: boolean

  constructor() {
    super()
    this.file = undefined
    this.picture = undefined
    this.isGone = false
    this.isLooking = false
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#find().catch(() => {
      this.isGone = true
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.picture !== undefined) URL.revokeObjectURL(this.picture)
    this.picture = undefined
  }

  override render() {
    if (this.path.startsWith(ELSEWHERE)) return html`<span>${texts.savedElsewhere()}</span>`
    if (this.isGone) return html`<span>${texts.gone()}</span>`
    const { file, picture } = this
    const name = shown(this.name)
    const button = (kind: string, text: string, act: () => void) =>
      html`<button class=${kind} aria-label=${texts.actOn(text, name)} @click=${act}>${text}</button>`
    return html`
      ${
        picture === undefined
          ? nothing
          : html`<button class="picture" aria-label=${texts.actOn(texts.look(), name)} @click=${this.#look}>
              <img src=${picture} alt="" decoding="async" @error=${this.#unreadable} />
            </button>`
      }
      ${button('main', texts.save(), () => this.#save())}
      ${file !== undefined && isOpenable(file) ? button('second', texts.open(), () => open(file)) : nothing}
      ${
        file !== undefined && navigator.canShare?.({ files: [file] })
          ? button('second', texts.share(), () => share(file))
          : nothing
      }
      ${
        picture !== undefined && this.isLooking
          ? html`<picture-dialog .name=${name} .url=${picture} @closed=${this.#lookAway}></picture-dialog>`
          : nothing
      }
    `
  }

  async #find(): Promise<void> {
    const file = await this.shelf.get(this.path, this.name)
    this.file = file
    this.isGone = file === undefined
    if (file !== undefined && isPicture(file) && this.isConnected) this.picture = URL.createObjectURL(file)
  }

  #save(): void {
    const settle = (isSaved: boolean) => {
      this.isGone = !isSaved
    }
    this.shelf.save(this.path, this.name).then(settle, () => settle(false))
  }

  #look(): void {
    this.isLooking = true
  }

  #lookAway(): void {
    this.isLooking = false
  }

  /** A picture by its name alone. */
  #unreadable(): void {
    this.picture = undefined
  }
}

function open(file: File): void {
  const url = URL.createObjectURL(file)
  window.open(url, '_blank', 'noopener')
  // The tab has its own hold on the content once it is open.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function share(file: File): void {
  // Whoever changes their mind is no failure.
  navigator.share({ files: [file] }).catch(() => {})
}

customElements.define('received-file', ReceivedFile)
