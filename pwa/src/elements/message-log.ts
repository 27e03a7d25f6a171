import type { TransferView } from '@chat-room/client'
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
import { down, invite, up } from './templates/icons.ts'
import { messageRow, type RowActions } from './templates/message-row.ts'

/** So near to an edge, in pixels, more rows come in; and so near to the end one counts as being there. */
const NEAR = 900
const AT_END = 40

/**
 * The conversation. Of fifty thousand messages a few hundred have rows. Whoever reads at the end stays there; whoever
 * reads further up keeps what is before the eyes, whatever comes in above or below. Fires `person-shown` with an alias, and
 * `invite-wanted`.
 */
export class MessageLog extends LocalizedElement {
  static override styles = [basics, controls, hues, messageTextStyles, logStyles]
  static override properties = {
    model: { attribute: false },
    version: { attribute: false },
    shelf: { attribute: false },
    window: { state: true },
    isFollowing: { state: true },
    isUnreadAbove: { state: true },
  }

  declare model: RoomModel
  declare version: number
  declare shelf: FileShelf | undefined
  declare window: MessageWindow
  /** The newest message is on the screen and stays there. */
  declare isFollowing: boolean
  /** The divider has not been on the screen yet, and is further up. */
  declare isUnreadAbove: boolean
  readonly #place = new ReadingPlace()
  #goesTo: 'unread' | undefined
  #seenUnread: number | undefined
  /** The oldest entry when somebody last looked whether more is wanted. */
  #oldest: number | undefined
  #link: string | undefined
  /** Where the scroller was, and how much there was to scroll: rows that change their size move nobody from the end. */
  #top = 0
  #height = 0
  readonly #sizes = new ResizeObserver(() => this.#settle())

  readonly #actions: RowActions = {
    again: said => this.model.sayAgain(said),
    file: file => this.#renderCard(this.model.viewOf(file)),
    compare: detail =>
      this.dispatchEvent(new CustomEvent('person-shown', { detail, bubbles: true, composed: true })),
  }

  constructor() {
    super()
    this.window = { first: 0, end: 0 }
    this.isFollowing = true
    this.isUnreadAbove = false
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
    const { conversation, unsaid } = this.model
    const { first, end } = this.window
    const rows = rowsOf(conversation, first, end)
    const waiting = end < conversation.end ? [] : unsaid
    // Live regions read whatever is added, older rows too, and rows of a group do not name their author: what is new is
    // read aloud by the room's news instead.
    return html`
      <div class="scroller" role="log" aria-live="off" aria-label=${texts.messages()} tabindex="0" @scroll=${this.#scrolled}>
        <div class="rows">
          ${rows.length + waiting.length === 0 ? this.#renderEmpty() : nothing}
          ${repeat(
            rows,
            row => row.key,
            row => messageRow(row, this.#actions),
          )}
          ${repeat(
            waiting,
            ({ transfer }) => transfer,
            file => html`<div class="file own">${this.#renderCard(file)}</div>`,
          )}
        </div>
      </div>
      ${this.model.isReadingBack ? html`<progress class="back" aria-label=${texts.readingBack()}></progress>` : nothing}
      ${
        this.isUnreadAbove
          ? html`<div class="jumps back">
              <button class="second" @click=${this.#jumpToUnread}>${up()}${texts.firstUnread()}</button>
            </div>`
          : nothing
      }
      ${this.isFollowing ? nothing : this.#renderJump()}
    `
  }

  override firstUpdated(): void {
    this.#observe()
  }

  override updated(_changed: PropertyValues<this>): void {
    if (this.#goesTo === 'unread') {
      this.#goesTo = undefined
      this.renderRoot.querySelector('#unread')?.scrollIntoView({ block: 'start' })
      this.#place.remember(this.#scroller)
    }
    this.#settle()
    this.model.lookAtEnd(this.isFollowing)
    // One page may not fill the screen, and without a network there may have been no other.
    const { link, conversation } = this.model
    if (conversation.first !== this.#oldest || link.state !== this.#link) this.#extend()
    this.#oldest = conversation.first
    this.#link = link.state
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

  /** Whoever is alone has nobody to talk to. */
  #renderEmpty() {
    return html`<div class="empty">
      <p>${texts.empty()}</p>
      ${
        this.model.people.length > 1
          ? nothing
          : html`<button class="second" @click=${this.#invite}>${invite()}${texts.inviteTitle()}</button>`
      }
    </div>`
  }

  #invite(): void {
    this.dispatchEvent(new Event('invite-wanted'))
  }

  #renderJump() {
    const { unread } = this.model.conversation
    return html`
      <div class="jumps">
        <button class="second latest" aria-label=${unread > 0 ? texts.latestUnread(unread) : texts.latest()}
          title=${texts.latest()} @click=${this.follow}>
          ${unread > 0 ? html`<span class="count">${unread}</span>` : nothing}${down()}
        </button>
      </div>
    `
  }

  #renderCard(file: TransferView) {
    const { model, shelf } = this
    return html`<transfer-card .model=${model} .transfer=${file} .shelf=${shelf}
      .outcome=${model.outcomeOf(file.transfer)}></transfer-card>`
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
    this.#lookForUnread(scroller)
  }

  #lookForUnread(scroller: HTMLElement): void {
    const { firstUnread } = this.model.conversation
    if (firstUnread === undefined || firstUnread === this.#seenUnread) {
      this.isUnreadAbove = false
      return
    }
    const row = this.renderRoot.querySelector('#unread')?.getBoundingClientRect()
    const { top, bottom } = scroller.getBoundingClientRect()
    this.isUnreadAbove = row === undefined ? firstUnread < this.window.first : row.top < top
    if (row !== undefined && row.top >= top && row.bottom <= bottom) this.#seenUnread = firstUnread
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
    // What was put back where it was is a part of a pixel off: remembered each time, it would wander.
    const isMoved = scrollTop !== this.#top
    this.#top = scrollTop
    this.#height = scrollHeight
    if (isAtEnd !== this.isFollowing) this.isFollowing = isAtEnd
    this.#lookForUnread(scroller)
    if (!isAtEnd && isMoved) this.#place.remember(scroller)
    if (!isAtEnd && below < NEAR && !isNewest) this.#move(later(this.window, conversation))
    else this.#extend()
  }

  /** Whoever comes near the top is about to read on there. */
  #extend(): void {
    const { conversation } = this.model
    const { scrollTop, clientHeight } = this.#scroller ?? { scrollTop: 0, clientHeight: 0 }
    // What nobody can see is as near to its top as to its end.
    if (clientHeight === 0 || scrollTop >= NEAR) return
    if (this.isFollowing || this.window.first === conversation.first) void this.model.readBack()
    else this.#move(earlier(this.window, conversation))
  }

  #move(window: MessageWindow): void {
    this.isFollowing = false
    this.window = window
  }
}

customElements.define('message-log', MessageLog)
