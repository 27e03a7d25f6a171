import { css, html, nothing } from 'lit'
import type { Device } from '../controllers/device.ts'
import { literally } from '../controllers/room-lines.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { currentLanguage } from '../locales/locale.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { formatSize } from '../view/amounts.ts'
import { isPicture } from '../view/openable.ts'
import { shown } from '../view/shown.ts'
import { DialogElement } from './dialog-element.ts'
import { attach, send } from './templates/icons.ts'

/** What another app handed over. `isTooLarge`: but for its files. */
export type Shared = { readonly text: string; readonly files: readonly File[]; readonly isTooLarge?: true }

/** More pictures than this are told by their names. */
const MOST_PICTURES = 6

/** Asks to whom it goes what another app handed over. Fires `closed`, sent or not. */
class ShareDialog extends DialogElement {
  static override styles = [
    basics,
    controls,
    dialogStyles,
    css`
      form,
      label {
        display: grid;
        gap: var(--space-3);
      }

      p {
        margin-block-end: var(--space-3);
        color: var(--quiet);
      }

      label {
        gap: var(--space-1);
      }

      ul {
        display: grid;
        gap: var(--space-2);
        max-block-size: 40dvh;
        overflow: auto;
      }

      li {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-inline-size: 0;
      }

      img,
      .kind {
        flex: none;
        inline-size: 3.5rem;
        block-size: 3.5rem;
        border-radius: var(--round-s);
        background: var(--sunken);
        object-fit: cover;
      }

      .kind {
        display: grid;
        place-content: center;
        color: var(--quiet);
      }

      .file {
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }

      .size {
        color: var(--quiet);
        font-size: var(--text-s);
      }

      textarea,
      select {
        inline-size: 100%;
        min-block-size: var(--target);
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--edge);
        border-radius: var(--round-m);
        background: var(--raised);
        resize: vertical;
      }

      .main {
        justify-self: end;
      }
    `,
  ]
  static override properties = {
    shared: { attribute: false },
    model: { attribute: false },
    intake: { attribute: false },
    version: { attribute: false },
  }

  declare shared: Shared
  declare model: RoomModel
  declare intake: Device['intake']
  declare version: number
  /** Of the pictures among the files, as long as they are looked at. */
  readonly #urls = new Map<File, string>()

  override connectedCallback(): void {
    super.connectedCallback()
    for (const file of this.shared.files.filter(isPicture).slice(0, MOST_PICTURES)) {
      this.#urls.set(file, URL.createObjectURL(file))
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const url of this.#urls.values()) URL.revokeObjectURL(url)
    this.#urls.clear()
  }

  protected override get heading(): string {
    return texts.sharedTitle()
  }

  protected override renderContent() {
    const { files, text, isTooLarge } = this.shared
    const others = this.model.people.filter(({ isSelf }) => !isSelf)
    return html`
      <p>${isTooLarge ? texts.sharedTooLarge() : texts.sharedLead()}</p>
      <form @submit=${this.#send}>
        ${files.length > 0 ? html`<ul>${files.map(file => html`<li>${this.#renderFile(file)}</li>`)}</ul>` : nothing}
        ${
          text === ''
            ? nothing
            : html`<textarea name="text" rows="4" dir="auto" aria-labelledby="heading" .value=${text}></textarea>`
        }
        <label>
          <span>${texts.sendTo()}</span>
          <select name="to">
            <option value="all">${texts.everyone()}</option>
            ${others.map(({ alias }) => html`<option value=${alias}>${shown(alias)}</option>`)}
          </select>
        </label>
        <button class="main">${send()}${texts.send()}</button>
      </form>
    `
  }

  #renderFile(file: File) {
    const url = this.#urls.get(file)
    return html`
      ${url === undefined ? html`<span class="kind">${attach()}</span>` : html`<img src=${url} alt="" />`}
      <span class="file"><bdi>${shown(file.name)}</bdi> <span class="size">${formatSize(file.size, currentLanguage())}</span></span>
    `
  }

  async #send(event: SubmitEvent): Promise<void> {
    // `form-action` lets no form go anywhere.
    event.preventDefault()
    const chosen = new FormData(event.target as HTMLFormElement)
    const to = String(chosen.get('to'))
    const text = String(chosen.get('text') ?? '').trim()
    const { model, intake } = this
    const items = new DataTransfer()
    for (const file of this.shared.files) items.items.add(file)
    this.close()
    if (text !== '') model.submit(literally(text), to)
    if (items.files.length > 0) model.sendFiles((await intake?.take(items.files)) ?? [], to)
  }
}

customElements.define('share-dialog', ShareDialog)
