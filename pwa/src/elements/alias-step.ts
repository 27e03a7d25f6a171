import { parseAlias } from '@chat-room/protocol/alias'
import { html, nothing, type PropertyValues } from 'lit'
import type { RoomModel } from '../controllers/room-model.ts'
import { entranceTexts as texts } from '../locales/entrance-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { steps } from '../styles/steps.ts'
import type { Entrance } from '../view/entrance.ts'
import { freeAlias } from '../view/free-alias.ts'
import type { ErrorEvent } from '../view/room-event.ts'
import { LocalizedElement } from './localized-element.ts'
import { coreText } from './templates/core-text.ts'
import { problemAlert } from './templates/problem.ts'

/** Asks by which name the others know one (M4, M5). */
class AliasStep extends LocalizedElement {
  static override styles = [basics, controls, steps]
  static override properties = {
    model: { attribute: false },
    entrance: { attribute: false },
    lastAlias: { attribute: false },
    localProblem: { state: true },
  }

  declare model: RoomModel
  declare entrance: Entrance
  declare lastAlias: string | undefined
  declare localProblem: string | undefined

  constructor() {
    super()
    this.lastAlias = undefined
    this.localProblem = undefined
  }

  override render() {
    const { problem, work, tried } = this.entrance
    const suggestion = problem?.code === 'alias-taken' ? freeAlias(tried) : undefined
    const isBusy = work !== 'none'
    const problemText =
      this.localProblem ?? (problem && (REFUSED[problem.code]?.() ?? coreText(problem.message)))
    return html`
      <form @submit=${this.#submit}>
        ${problemAlert(problemText)}
        <div class="field">
          <label for="alias">${texts.alias()}</label>
          <input id="alias" type="text" autocomplete="nickname" autocapitalize="off" spellcheck="false" required
            dir="auto" value=${tried.at(-1) ?? this.lastAlias ?? ''} ?readonly=${isBusy}
            aria-invalid=${problemText !== undefined} aria-describedby="problem" />
        </div>
        ${
          suggestion === undefined
            ? nothing
            : html`<button type="button" class="second" @click=${() => this.#give(suggestion)}>
                ${texts.useInstead(suggestion)}
              </button>`
        }
        <div class="work" role="status">
          ${isBusy ? html`<progress aria-label=${texts.joining()}></progress><span>${texts.joining()}</span>` : nothing}
        </div>
        <button class="main" aria-disabled=${isBusy}>${texts.join()}</button>
      </form>
    `
  }

  override firstUpdated(): void {
    // It may come after the screen that it is on.
    this.focus()
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('entrance') as Entrance | undefined
    if (this.entrance.problem && before?.problem !== this.entrance.problem) this.focus()
  }

  override focus(): void {
    const field = this.#field
    field?.focus()
    field?.select()
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    // A phone's keyboard puts a space after every word that it knows.
    this.#give(this.#field?.value.trim() ?? '')
  }

  #give(alias: string): void {
    if (this.entrance.work !== 'none') return
    if (this.#field !== null) this.#field.value = alias
    const parsed = parseAlias(alias)
    this.localProblem = parsed.ok ? undefined : PROBLEMS[parsed.error]()
    if (parsed.ok) this.model.giveAlias(parsed.value)
    else this.focus()
  }
}

const REFUSED: { readonly [Code in ErrorEvent['code']]?: () => string } = {
  'alias-taken': texts.aliasTaken,
  'room-full': texts.roomFull,
}

const PROBLEMS = {
  empty: texts.aliasEmpty,
  'too-long': texts.aliasTooLong,
  white: texts.aliasWhite,
  invisible: texts.aliasInvisible,
  unassigned: texts.aliasUnassigned,
  marks: texts.aliasMarks,
  'look-alike': texts.aliasLookAlike,
  reserved: texts.aliasReserved,
} as const

customElements.define('alias-step', AliasStep)
