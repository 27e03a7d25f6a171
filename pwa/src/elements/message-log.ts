import { html, nothing, type PropertyValues } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { FileShelf } from '../controllers/device.ts'
import { ReadingPlace } from '../controllers/reading-place.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { hues } from '../styles/hues.ts'
import { logStyles } from '../styles/log.ts'
import { messageTextStyles } from '../styles/message-text.ts'
import { rowsOf } from '../view/conversation-rows.ts'
import { around, earlier, kept, later, type MessageWindow, newest } from '../view/message-window.ts'
import { LocalizedElement } from './localized-element.ts'
import './transfer-card.ts'
import { down, up } from './templates/icons.ts'
import { messageRow, type RowActions } from './templates/message-row.ts'

/** So near to an edge, in pixels, more rows come in; and so near to the end one counts as being there. */
const NEAR = 900
const AT_END = 40

/**
 * The conversation. Of fifty thousand messages a few hundred have rows. Whoever reads at the end stays there; whoever
 * reads further up keeps what is before the eyes, whatever comes in above or below.
 */
export class MessageLog extends LocalizedElement {
  static override styles = [basics, controls, hues, messageTextStyles, logStyles]
  static override properties = {
    model: { attribute: false },
    version: { attribute: false },
    shelf: { attribute: false },
    window: { state: true },
    isFollowing: { state: true },
  }

  declare model: RoomModel
  declare version: number
  declare shelf: FileShelf | undefined
  declare window: MessageWindow
  /** The newest message is on the screen and stays there. */
  declare isFollowing: boolean
  readonly #place = new ReadingPlace()
  #goesTo: 'unread' | undefined
  /** Where the scroller was, and how much there was to scroll: rows that change their size move nobody from the end. */
  #top = 0
  #height = 0
  readonly #sizes = new ResizeObserver(() => this.#settle())

  readonly #actions: RowActions = {
    again: said => this.model.sayAgain(said),
    file: transfer => this.#renderFile(transfer),
  }

  constructor() {
    super()
    this.window = { first: 0, end: 0 }
    this.isFollowing = true
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#observe()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#sizes.disconnect()
  }

  /** Shows the newest, as after a message of one's own. */
  follow(): void {
    this.isFollowing = true
    this.requestUpdate()
  }

  override focus(): void {
    this.#scroller?.focus({ preventScroll: true })
  }

  override willUpdate(): void {
    const { conversation } = this.model
    const before = this.window
    if (this.#goesTo === 'unread')
      this.window = around(conversation.firstUnread ?? conversation.end, conversation)
    else this.window = this.isFollowing ? newest(conversation) : kept(before, conversation)
    if (!this.isFollowing && this.#goesTo === undefined) this.#place.remember(this.#scroller)
  }

  override render() {
    const { conversation } = this.model
    const rows = rowsOf(conversation, this.window.first, this.window.end)
    // Live regions read whatever is added, older rows too, and rows of a group do not name their author: what is new is
    // read aloud by the room's news instead.
    return html`
      <div class="scroller" role="log" aria-live="off" aria-label=${texts.messages()} tabindex="0" @scroll=${this.#scrolled}>
        <div class="rows">
          ${rows.length === 0 ? html`<p class="empty">${texts.empty()}</p>` : nothing}
          ${repeat(
            rows,
            row => row.key,
            row => messageRow(row, this.#actions),
          )}
        </div>
      </div>
      ${this.isFollowing ? nothing : this.#renderJumps()}
    `
  }

  override firstUpdated(): void {
    this.#observe()
  }

  override updated(_changed: PropertyValues<this>): void {
    if (this.#goesTo === 'unread') {
      this.#goesTo = undefined
      this.renderRoot.querySelector('#unread')?.scrollIntoView({ block: 'start' })
    } else {
      this.#settle()
    }
    this.model.lookAtEnd(this.isFollowing)
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.scroller') ?? null
  }

  #observe(): void {
    if (this.#scroller === null) return
    this.#sizes.observe(this.#scroller)
    const rows = this.#scroller.firstElementChild
    if (rows !== null) this.#sizes.observe(rows)
  }

  #renderJumps() {
    const { unread, firstUnread } = this.model.conversation
    const isAbove = unread > 0 && firstUnread !== undefined && firstUnread < this.window.first
    return html`
      <div class="jumps">
        ${
          isAbove
            ? html`<button class="second" @click=${this.#jumpToUnread}>${up()}${texts.firstUnread()}</button>`
            : nothing
        }
        <button class="second latest" aria-label=${unread > 0 ? texts.latestUnread(unread) : texts.latest()}
          title=${texts.latest()} @click=${this.follow}>
          ${unread > 0 ? html`<span class="count">${unread}</span>` : nothing}${down()}
        </button>
      </div>
    `
  }

  #renderFile(transfer: string) {
    const view = this.model.transferOf(transfer)
    if (view === undefined) return nothing
    return html`<transfer-card .model=${this.model} .transfer=${view} .shelf=${this.shelf}
      .outcome=${this.model.outcomeOf(transfer)}></transfer-card>`
  }

  #jumpToUnread(): void {
    this.isFollowing = false
    this.#goesTo = 'unread'
    this.requestUpdate()
  }

  /** After anything changed its size: at the end, or at what was before the eyes. */
  #settle(): void {
    const scroller = this.#scroller
    if (scroller === null) return
    if (this.isFollowing) scroller.scrollTop = scroller.scrollHeight
    else this.#place.restore(scroller)
    this.#top = scroller.scrollTop
    this.#height = scroller.scrollHeight
  }

  #scrolled(): void {
    const scroller = this.#scroller
    if (scroller === null) return
    const { conversation } = this.model
    const { scrollTop, scrollHeight, clientHeight } = scroller
    const below = scrollHeight - scrollTop - clientHeight
    // What was said since the last frame has no rows yet: whoever follows is about to see it.
    const isNewest = this.isFollowing || this.window.end === conversation.end
    const hasGoneUp = scrollTop < this.#top - 1 && scrollHeight === this.#height
    const isAtEnd = isNewest && (below < AT_END || (this.isFollowing && !hasGoneUp))
    this.#top = scrollTop
    this.#height = scrollHeight
    if (isAtEnd !== this.isFollowing) this.isFollowing = isAtEnd
    if (isAtEnd) return
    this.#place.remember(scroller)
    if (scrollTop < NEAR && this.window.first > conversation.first)
      this.#move(earlier(this.window, conversation))
    else if (below < NEAR && !isNewest) this.#move(later(this.window, conversation))
  }

  #move(window: MessageWindow): void {
    this.isFollowing = false
    this.window = window
  }
}

customElements.define('message-log', MessageLog)
