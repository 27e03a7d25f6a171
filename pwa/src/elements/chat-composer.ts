import { type Line, parseLine } from '@chat-room/protocol'
import { html, nothing, type PropertyValues } from 'lit'
import { Drafts } from '../controllers/drafts.ts'
import { Media } from '../controllers/media.ts'
import type { RoomModel } from '../controllers/room-model.ts'
import { TypingSignal } from '../controllers/typing-signal.ts'
import { UNSAVED, unsaved } from '../controllers/unsaved.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { composerStyles } from '../styles/composer.ts'
import { basics, controls } from '../styles/controls.ts'
import { shown } from '../view/shown.ts'
import { type Suggestion, type Suggestions, suggestionsFor } from '../view/suggestions.ts'
import { LocalizedElement } from './localized-element.ts'
import { COMMAND_HELP } from './templates/command-help.ts'
import { attach, chevron, folder, lock, people, send } from './templates/icons.ts'

/**
 * Where one writes: to whom, what, and the command line behind a colon. Fires `said`; `files-wanted`, and `files-chosen` with
 * a FileList after `pick`.
 */
export class ChatComposer extends LocalizedElement {
  static override styles = [basics, controls, composerStyles]
  static override properties = {
    model: { attribute: false },
    version: { attribute: false },
    takesFiles: { attribute: false },
    tellsTyping: { attribute: false },
    isDirect: { type: Boolean, reflect: true },
    suggestions: { state: true },
    active: { state: true },
  }

  declare model: RoomModel
  declare version: number
  declare takesFiles: boolean
  declare tellsTyping: boolean
  declare isDirect: boolean
  declare suggestions: Suggestions
  /** Which suggestion Enter takes; -1: none, Enter sends. */
  declare active: number
  readonly #drafts = Drafts.from(unsaved)
  readonly #touch = new Media(this, '(pointer: coarse)')
  readonly #typing = new TypingSignal(typing => this.model.client.setTyping(typing))
  #target = 'all'
  /** To whom it goes now, for ears: a command or a person in the list may have changed it. */
  #told = ''

  constructor() {
    super()
    this.takesFiles = false
    this.tellsTyping = true
    this.isDirect = false
    this.suggestions = NONE
    this.active = -1
  }

  override firstUpdated(): void {
    const field = this.#field
    if (field === null) return
    field.value = this.#drafts.exchange(NOBODY, '', this.#target)
    this.#changed()
  }

  override willUpdate(): void {
    this.#follow()
  }

  override render() {
    const { list } = this.suggestions
    const isOpen = list.length > 0
    return html`
      <form @submit=${this.#submit}>
        ${this.#renderTarget()}
        ${isOpen ? this.#renderSuggestions(list) : nothing}
        <div class="line">
          ${
            this.takesFiles
              ? html`
                  <input type="file" multiple hidden @change=${this.#picked} />
                  <button type="button" class="icon" aria-label=${texts.attach()} title=${texts.attach()}
                    @click=${this.#want}>${attach()}</button>
                  <button type="button" class="icon" aria-label=${texts.attachFolder()} title=${texts.attachFolder()}
                    @click=${() => this.pick(true)}>${folder()}</button>
                `
              : nothing
          }
          <textarea rows="1" dir="auto" aria-label=${texts.message()} placeholder=${this.#placeholder()}
            enterkeyhint=${this.#touch.matches ? 'enter' : 'send'} aria-autocomplete="list" aria-haspopup="listbox"
            aria-controls=${isOpen ? 'suggestions' : nothing}
            aria-activedescendant=${isOpen && this.active >= 0 ? `suggestion-${this.active}` : nothing}
            @input=${this.#typed} @keydown=${this.#pressed} @click=${this.#complete}
            @blur=${this.#left}></textarea>
          <button class="main send" aria-label=${texts.send()} title=${texts.send()}
            @pointerdown=${keepFocus}>${send()}</button>
        </div>
        <div role="status" class="heard">${isOpen ? texts.suggestionCount(list.length) : this.#told}</div>
      </form>
    `
  }

  override updated(changed: PropertyValues<this>): void {
    // Once its options are there, each time: a browser keeps the place of what was chosen, whoever has that place now.
    const select = this.renderRoot.querySelector('select')
    if (select !== null) select.value = this.model.target
    if (changed.has('active')) {
      this.renderRoot.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
    }
  }

  override focus(): void {
    this.#field?.focus()
  }

  /** The browser's own dialog. */
  pick(isFolder = false): void {
    const input = this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')
    if (input === null) return
    input.webkitdirectory = isFolder
    input.click()
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot?.querySelector('textarea') ?? null
  }

  #placeholder(): string {
    if (this.model.link.state === 'offline') return texts.messageOffline()
    return this.isDirect ? texts.messageAlone(shown(this.#target)) : texts.messageEveryone()
  }

  #renderTarget() {
    const others = this.model.people.filter(({ isSelf }) => !isSelf).map(({ alias }) => alias)
    const target = this.model.target
    const isGone = target !== 'all' && !others.includes(target)
    return html`
      <div class="target">
        <label for="target">${texts.sendTo()}</label>
        <span class="pill">
          ${this.isDirect ? lock() : people()}
          <select id="target" @change=${this.#aim}>
            <option value="all">${texts.everyone()}</option>
            ${(isGone ? [target, ...others] : others).map(
              alias => html`<option value=${alias}>${shown(alias)}</option>`,
            )}
          </select>
          ${chevron()}
        </span>
        ${isGone ? html`<span class="gone" role="status">${texts.targetGone(shown(target))}</span>` : nothing}
      </div>
    `
  }

  #renderSuggestions(list: readonly Suggestion[]) {
    // What scrolls can be focused, for whoever scrolls by keys; Tab takes a suggestion before it gets there.
    return html`
      <div id="suggestions" role="listbox" tabindex="0" aria-label=${texts.suggestions()}>
        ${list.map(
          (each, index) => html`
            <div id="suggestion-${index}" role="option" aria-selected=${index === this.active}
              @pointerdown=${keepFocus} @click=${() => this.#take(each)}>
              <bdi>${shown(each.label)}</bdi>
              ${each.command === undefined ? nothing : html`<span class="about">${COMMAND_HELP[each.command]()}</span>`}
            </div>
          `,
        )}
      </div>
    `
  }

  #typed(): void {
    this.#changed()
    this.#complete()
    const text = this.#field?.value ?? ''
    // A command is nobody's business.
    if (this.tellsTyping && /^(?:[^:]|::)/.test(text)) this.#typing.typed()
    else this.#typing.stopped()
  }

  #complete(): void {
    const field = this.#field
    if (field === null) return
    const { client, transfers } = this.model
    this.suggestions = suggestionsFor(field.value, field.selectionStart, {
      aliases: client.aliases.filter(alias => alias !== this.model.self),
      transfers: transfers.map(({ number }) => number),
    })
    this.active = this.suggestions.isComplete ? -1 : 0
  }

  #left(): void {
    this.suggestions = NONE
    this.#typing.stopped()
  }

  #pressed(event: KeyboardEvent): void {
    // Enter ends a word of an input method before it ends a message.
    if (event.isComposing) return
    if (this.suggestions.list.length > 0 && this.#choose(event.key, event.shiftKey))
      return event.preventDefault()
    const isSending = event.key === 'Enter' && !event.shiftKey && !event.altKey && !this.#touch.matches
    if (!isSending) return
    event.preventDefault()
    this.#send()
  }

  /** Whether the key was for the list. */
  #choose(key: string, isShifted: boolean): boolean {
    const { list } = this.suggestions
    const step = { ArrowDown: 1, ArrowUp: -1 }[key]
    if (step !== undefined) {
      const from = this.active === -1 && step === -1 ? 0 : this.active
      this.active = (from + step + list.length) % list.length
      return true
    }
    if (key === 'Escape') {
      this.suggestions = NONE
      return true
    }
    const chosen = list[key === 'Tab' ? Math.max(this.active, 0) : this.active]
    const isTaking = (key === 'Enter' || key === 'Tab') && !isShifted && chosen !== undefined
    if (isTaking) this.#take(chosen)
    return isTaking
  }

  #take({ line, cursor }: Suggestion): void {
    const field = this.#field
    if (field === null) return
    field.value = line
    field.setSelectionRange(cursor, cursor)
    field.focus()
    this.#changed()
    this.#complete()
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    this.#send()
  }

  #send(): void {
    const field = this.#field
    if (field === null || field.value.trim() === '') return
    // A phone's Enter makes a line, and is not meant when nothing follows.
    const line = field.value.trimEnd()
    const parsed = parseLine(line)
    const { conversation } = this.model
    const { end } = conversation
    this.suggestions = NONE
    this.#typing.stopped()
    if (this.takesFiles && isFileAlone(parsed)) this.#want()
    else this.model.submit(line)
    const isMessage = parsed.kind === 'message'
    // A wrong command, and what was said to nobody, stay where they can be put right.
    if (parsed.kind === 'problem' || (isMessage && conversation.end === end)) return
    field.value = ''
    this.#changed()
    this.#follow()
    if (isMessage) this.dispatchEvent(new Event('said'))
  }

  #want(): void {
    this.dispatchEvent(new Event('files-wanted'))
  }

  #aim(event: Event): void {
    this.model.aim((event.target as HTMLSelectElement).value)
    this.#follow()
    if (!this.#touch.matches) this.focus()
  }

  #picked(event: Event): void {
    const input = event.target as HTMLInputElement
    if (input.files !== null && input.files.length > 0) {
      this.dispatchEvent(new CustomEvent('files-chosen', { detail: input.files }))
    }
    // The same file may be chosen again.
    input.value = ''
  }

  /** The field shows what was begun for the target: at once, or what is typed before the next frame is the old target's. */
  #follow(): void {
    const { target } = this.model
    this.isDirect = target !== 'all'
    if (target === this.#target) return
    const from = this.#target
    this.#target = target
    const field = this.#field
    if (field !== null) {
      field.value = this.#drafts.exchange(from, field.value, target)
      this.#changed()
    }
    this.#told = this.isDirect ? texts.goesAlone(shown(target)) : texts.goesToEveryone()
  }

  /** The field has another text: noted, and as high as that, where the engine does not do that itself. */
  #changed(): void {
    const field = this.#field
    if (field === null) return
    this.#drafts.note(unsaved, this.#target, field.value)
    dispatchEvent(new Event(UNSAVED))
    if (CSS.supports('field-sizing', 'content')) return
    field.style.blockSize = 'auto'
    field.style.blockSize = `${field.scrollHeight + 2}px`
  }
}

/** `:File` without a path: the person wants to choose (M10). */
const isFileAlone = (line: Line): boolean =>
  line.kind === 'command' && line.command.name === 'file' && line.command.paths.length === 0

const NOBODY = ''

const NONE: Suggestions = { list: [], isComplete: true }

/** On a phone a field that loses the focus loses the keyboard. */
const keepFocus = (event: Event) => event.preventDefault()

customElements.define('chat-composer', ChatComposer)
