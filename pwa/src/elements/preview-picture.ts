import { css, html, LitElement, nothing } from 'lit'

/** What its sender says that a picture looks like. It says nothing that its name does not: for eyes alone. */
class PreviewPicture extends LitElement {
  static override styles = css`
    img {
      display: block;
      max-inline-size: 100%;
      max-block-size: 12rem;
      margin-block-start: var(--space-2);
      border-radius: var(--round-s);
    }
  `
  static override properties = { bytes: { attribute: false }, url: { state: true } }

  declare bytes: Uint8Array<ArrayBuffer>
  declare url: string | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    // Under this name it is a picture of pixels or nothing, whatever is in it.
    this.url = URL.createObjectURL(new Blob([this.bytes], { type: 'image/webp' }))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.url !== undefined) URL.revokeObjectURL(this.url)
  }

  override render() {
    return this.url === undefined ? nothing : html`<img src=${this.url} alt="" @error=${this.#unreadable} />`
  }

  #unreadable(): void {
    this.url = undefined
  }
}

customElements.define('preview-picture', PreviewPicture)
