import { html } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { News } from '../controllers/news.ts'
import type { FileNews } from '../controllers/room-model.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics } from '../styles/controls.ts'
import { shown } from '../view/shown.ts'
import { LocalizedElement } from './localized-element.ts'
import { newsText } from './templates/news-text.ts'

/** What is new, for ears: each message once, with its author, and every quarter of a file. Never the history. */
class RoomNews extends LocalizedElement {
  static override styles = [basics]
  static override properties = { news: { attribute: false }, fileNews: { attribute: false } }

  declare news: readonly News[]
  declare fileNews: FileNews | undefined

  override render() {
    return html`
      <div class="heard" aria-live="polite" aria-relevant="additions">
        ${repeat(
          this.news,
          ({ key }) => key,
          each => html`<p>${newsText(each)}</p>`,
        )}
      </div>
      <div class="heard" role="status">${this.fileNews === undefined ? '' : fileText(this.fileNews)}</div>
    `
  }
}

function fileText({ name, what }: FileNews): string {
  if (what === 'received') return texts.isReceived(shown(name))
  return what === 'sent' ? texts.isSent(shown(name)) : texts.step(shown(name), what)
}

customElements.define('room-news', RoomNews)
