import type { TransferView } from '@chat-room/client'
import { html, nothing, type TemplateResult } from 'lit'
import type { FileShelf, Plan } from '../controllers/device.ts'
import type { Outcome, RoomModel } from '../controllers/room-model.ts'
import { currentLanguage } from '../locales/locale.ts'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { transferStyles } from '../styles/transfer.ts'
import { formatDuration, formatSize } from '../view/amounts.ts'
import { shown } from '../view/shown.ts'
import { actionsOf, type FileKind, kindOf, type TransferAction } from '../view/transfer-actions.ts'
import { LocalizedElement } from './localized-element.ts'
import * as icons from './templates/icons.ts'
import { reasonText } from './templates/trouble-text.ts'
import './preview-picture.ts'
import './received-file.ts'

/** One file on its way: what it is, how far it is, and what may be done with it. */
class TransferCard extends LocalizedElement {
  static override styles = [basics, controls, transferStyles]
  static override properties = {
    model: { attribute: false },
    transfer: { attribute: false },
    outcome: { attribute: false },
    shelf: { attribute: false },
    state: { reflect: true },
    plan: { state: true },
  }

  declare model: RoomModel
  declare transfer: TransferView
  declare outcome: Outcome | undefined
  declare shelf: FileShelf | undefined
  declare state: TransferView['state']
  /** Where it would go, of an offer that is worth the question; of an own file, that no later page can go on with it. */
  declare plan: Plan | 'again' | undefined

  override willUpdate(): void {
    const { direction, state, size, path } = this.transfer
    const { shelf } = this
    if (state !== this.state) {
      if (state === 'offered' && direction === 'in' && size > SMALL) this.#ask(shelf?.plan?.(size))
      if (MOVING.has(state) && path !== undefined)
        this.#ask(shelf?.lasts?.(path).then(lasts => (lasts ? undefined : 'again')))
    }
    this.state = state
  }

  override render() {
    const { name, size, done, state, number, folder } = this.transfer
    const isMoving = ['checking', 'running', 'waiting', 'paused', 'interrupted'].includes(state)
    const visibleName = shown(folder === undefined ? name : `${folder}/${name}`)
    return html`
      <div class="what">
        <span class="kind">${KINDS[kindOf(name)]()}</span>
        <div class="names">
          <bdi class="name" title=${visibleName}>${visibleName}</bdi>
          <span class="facts">
            ${number === UNLISTED ? nothing : html`<span class="number" dir="ltr">#${number}</span>`}
            <span>${formatSize(size, currentLanguage())}</span>
            <span>${this.#renderWith()}</span>
          </span>
        </div>
      </div>
      ${this.#renderPreview()}
      ${
        isMoving
          ? html`<progress max="1" value=${size === 0 ? 1 : done / size} aria-label=${texts.progress(visibleName)}></progress>`
          : nothing
      }
      <p class="state">${this.#stateText()}</p>
      ${this.#renderPlan()}
      ${this.#renderAudience()}
      ${this.#renderActions(visibleName)}
      ${
        this.shelf !== undefined && this.outcome?.path !== undefined
          ? html`<received-file .shelf=${this.shelf} .path=${this.outcome.path} .name=${name}></received-file>`
          : nothing
      }
    `
  }

  /** Until the picture itself is here. */
  #renderPreview() {
    const bytes = this.model.previewOf(this.transfer.transfer)
    if (bytes === undefined || this.outcome !== undefined) return nothing
    return html`<preview-picture .bytes=${bytes}></preview-picture>`
  }

  #renderWith(): string {
    const { direction, with: other } = this.transfer
    if (direction === 'in') return texts.fileFrom(shown(other))
    return other === 'all' ? texts.fileToEveryone() : texts.fileTo(shown(other))
  }

  #renderAudience(): readonly TemplateResult[] {
    const { has = [], declined = [] } = this.transfer
    const lines: TemplateResult[] = []
    if (has.length > 0)
      lines.push(html`<p class="has">${icons.check()}${texts.has(has.map(shown).join(', '))}</p>`)
    if (declined.length > 0)
      lines.push(html`<p class="quiet">${texts.declined(declined.map(shown).join(', '))}</p>`)
    return lines
  }

  get #mayChoose(): boolean {
    return this.state === 'offered' && this.plan === 'disk' && 'showSaveFilePicker' in globalThis
  }

  /** What cannot be gone on with is told before. */
  #renderPlan() {
    if (this.plan === 'again' ? !MOVING.has(this.state) : this.state !== 'offered') return nothing
    const text = this.#mayChoose ? texts.planStraight : PLANS[String(this.plan)]
    return text === undefined ? nothing : html`<p class="quiet">${text()}</p>`
  }

  #renderActions(name: string) {
    const actions = this.#actions()
    if (actions.length === 0) return nothing
    return html`<div class="actions">
      ${actions.map(
        (
          [text, act],
          index,
        ) => html`<button class=${index === 0 && STANDS_OUT.has(this.state) ? 'main' : 'second'}
          aria-label=${texts.actOn(text, name)} @click=${act}>${text}</button>`,
      )}
    </div>`
  }

  #actions(): readonly Action[] {
    const { direction, state, number } = this.transfer
    const isIncoming = direction === 'in'
    if (number === UNLISTED) return []
    if (state === 'ended' && isIncoming && this.outcome?.reason === 'failed') {
      return [[texts.again(), () => this.#act('accept')]]
    }
    const actions = actionsOf(this.transfer).map((action): Action => {
      if (action === 'continue' && !isIncoming) {
        const text = state === 'interrupted' ? texts.resumeSending() : texts.resume()
        return [text, () => this.#continue()]
      }
      if (action === 'accept' && this.plan === 'chosen') return [texts.accept(), () => this.#acceptTo()]
      return [ACTIONS[action](), () => this.#act(action)]
    })
    return this.#mayChoose ? [...actions, [texts.acceptTo(), () => this.#acceptTo()]] : actions
  }

  #act(action: TransferAction): void {
    this.model.act(action, this.transfer.number)
  }

  #ask(asked: Promise<TransferCard['plan']> | undefined): void {
    asked?.then(
      plan => {
        this.plan = plan
      },
      () => {},
    )
  }

  /** Straight to where the person wants it. */
  async #acceptTo(): Promise<void> {
    const { transfer, name } = this.transfer
    if ((await this.shelf?.choose?.(transfer, name)) !== false) this.#act('accept')
  }

  /** An earlier page may have had the file. What is found again may bring others along: all of a folder. */
  async #continue(): Promise<void> {
    const { path, name, size } = this.transfer
    const { shelf, model } = this
    const found = path === undefined ? 'here' : await shelf?.regain?.({ path, name, size })
    if (found === 'other') model.complain(texts.otherFile(shown(name)))
    if (found === 'other' || found === 'declined') return
    this.#act('continue')
    for (const { number, state, path: other, name, size } of model.transfers) {
      if (state !== 'interrupted' || other === undefined || other === path) continue
      if (await shelf?.isAtHand?.({ path: other, name, size })) model.act('continue', number)
    }
  }

  #stateText(): string {
    const { transfer, state, direction, waitsFor, done, size, speed, remaining } = this.transfer
    const locale = currentLanguage()
    switch (state) {
      case 'offered':
        if (direction === 'out') return texts.waitingState()
        return this.model.holds(transfer) ? texts.heldState() : texts.offeredState()
      case 'checking':
        return texts.checkingState()
      case 'running': {
        const parts = [formatSize(done, locale)]
        if (speed !== undefined && speed > 0) parts.push(texts.speed(formatSize(speed, locale)))
        if (remaining !== undefined) parts.push(texts.remaining(formatDuration(remaining)))
        return parts.join(' · ')
      }
      case 'waiting':
        return waitsFor === undefined
          ? texts.waitingState()
          : waitsFor === 'sender'
            ? texts.waitsForSender()
            : texts.waitsForReceivers()
      case 'paused':
        return `${texts.pausedState()} · ${formatSize(done, locale)} / ${formatSize(size, locale)}`
      case 'interrupted':
        return texts.interruptedState()
      case 'done':
        return direction === 'in' ? texts.doneState() : texts.sentState()
      case 'ended':
        // Of a page before this one: what became of it was never noted.
        if (this.outcome === undefined) return ''
        return [texts.endedState(), reasonText(this.outcome.reason ?? '')]
          .filter(part => part !== '')
          .join(': ')
    }
  }
}

type Action = readonly [text: string, act: () => unknown]

const PLANS: Readonly<Record<string, () => string>> = {
  again: texts.planAgain,
  chosen: texts.planChosen,
  stream: texts.planStream,
  none: texts.planNone,
}

/** Instead of a number: it is known from earlier alone, and nothing can be done with it. */
const UNLISTED = 0

/** In bytes: less goes where there is always room. */
const SMALL = 32 * 2 ** 20

/** It gets further by itself, while its page is there. */
const MOVING: ReadonlySet<TransferView['state']> = new Set(['waiting', 'running'])

/** Waits for a person. */
const STANDS_OUT: ReadonlySet<TransferView['state']> = new Set(['offered', 'paused', 'interrupted'])

const ACTIONS = {
  accept: texts.accept,
  decline: texts.decline,
  pause: texts.pause,
  continue: texts.resume,
  cancel: texts.cancel,
} as const satisfies Record<TransferAction, () => string>

const KINDS = {
  image: icons.image,
  sound: icons.sound,
  video: icons.video,
  text: icons.page,
  archive: icons.archive,
  other: icons.file,
} as const satisfies Record<FileKind, () => TemplateResult>

customElements.define('transfer-card', TransferCard)
