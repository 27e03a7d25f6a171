import { html, nothing, type TemplateResult } from 'lit'
import { currentLanguage } from '../../locales/locale.ts'
import { roomTexts as texts } from '../../locales/room-texts.ts'
import type { Row } from '../../view/conversation-rows.ts'
import type { Said, SharedFile } from '../../view/entries.ts'
import { hueOf, initialOf } from '../../view/hues.ts'
import { dayOf, formatDay, formatTime } from '../../view/moments.ts'
import { shown } from '../../view/shown.ts'
import { check, checks, clock, key, lock, warning } from './icons.ts'
import { messageText } from './message-text.ts'

export type RowActions = {
  again(said: Said): void
  file(file: SharedFile): unknown
  /** The keys of somebody are to be looked at. */
  compare(alias: string): void
}

export function messageRow(row: Row, actions: RowActions): TemplateResult {
  switch (row.kind) {
    case 'day':
      return html`<div class="day"><span>${dayText(row.at)}</span></div>`
    case 'unread':
      return html`<div class="unread" id="unread"><span>${texts.unreadHere()}</span></div>`
    case 'said':
      return saidRow(row.said, row.isFirst, actions)
    case 'entry':
      return entryRow(row.entry, actions)
  }
}

function dayText(at: number): string {
  const day = dayOf(at, Date.now())
  if (day === 'today') return texts.today()
  return day === 'yesterday' ? texts.yesterday() : formatDay(at, currentLanguage())
}

function saidRow(said: Said, isFirst: boolean, actions: RowActions): TemplateResult {
  const { from, to, at, text, isOwn, delivery, written } = said
  const isDirect = to !== 'all'
  const locale = currentLanguage()
  const classes = ['said', isOwn ? 'own' : 'other', isDirect ? 'direct' : 'open', isFirst ? 'first' : 'next']
  return html`
    <div class=${classes.join(' ')}>
      ${
        isFirst
          ? html`
              ${isOwn ? nothing : html`<span class="disc hue-${hueOf(from)}" aria-hidden="true">${initialOf(shown(from))}</span>`}
              <div class="head">
                <bdi class=${isOwn ? 'heard' : `author hue-${hueOf(from)}`}>${shown(from)}</bdi>
                ${isDirect ? html`<span class="alone">${lock()}${isOwn ? texts.directTo(shown(to)) : texts.directFrom()}</span>` : nothing}
                ${timeOf(at)}
                ${isLate(said) ? html`<span>${texts.writtenAt(formatTime(written ?? at, locale))}</span>` : nothing}
              </div>
            `
          : nothing
      }
      <div class="bubble">
        ${messageText(text)}
        ${isOwn && delivery !== 'failed' ? deliveryMark(said) : nothing}
      </div>
      ${
        isOwn && delivery === 'failed'
          ? html`<div class="failed">
              ${warning()}<span>${texts.failed()}</span>
              <button class="plain trouble" @click=${() => actions.again(said)}>${texts.again()}</button>
            </div>`
          : nothing
      }
    </div>
  `
}

const timeOf = (at: number): TemplateResult =>
  html`<time datetime=${new Date(at).toISOString()}>${formatTime(at, currentLanguage())}</time>`

const MINUTE = 60_000

/** It waited in an outbox: what is of the same minute is not worth a second time. */
const isLate = ({ written, at }: Said): boolean =>
  written !== undefined && Math.floor(written / MINUTE) !== Math.floor(at / MINUTE)

function deliveryMark({ delivery, to }: Said): TemplateResult {
  const name =
    delivery === 'waiting'
      ? texts.waiting()
      : delivery === 'received'
        ? texts.received(shown(to))
        : texts.sent()
  const picture = { waiting: clock, sent: check, received: checks, failed: warning }[delivery]()
  return html`<span class="delivery ${delivery}" title=${name}>${picture}<span class="heard">${name}</span></span>`
}

function entryRow(entry: Extract<Row, { kind: 'entry' }>['entry'], actions: RowActions): TemplateResult {
  switch (entry.kind) {
    case 'file':
      return html`<div class="file ${entry.isOwn ? 'own' : 'other'}">
        <p class="head">
          ${entry.isDirect && !entry.isOwn ? html`<span class="alone">${lock()}${texts.directFrom()}</span>` : nothing}
          ${timeOf(entry.at)}
        </p>
        ${actions.file(entry)}
      </div>`
    case 'gap':
      return html`<div class="gap">${warning()}<span>${texts.gap(entry.missed)}</span></div>`
    case 'new-key':
      return html`<div class="gap keys">${key()}<span>${texts.newKey(shown(entry.alias))}</span>
        <button class="plain" @click=${() => actions.compare(entry.alias)}>${texts.compareWords()}</button>
      </div>`
    case 'came':
    case 'went':
      return html`<div class="notice">${texts[entry.kind](shown(entry.alias))}</div>`
  }
}
