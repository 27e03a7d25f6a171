import { html, type PropertyValues } from 'lit'
import type { RoomModel } from '../controllers/room-model.ts'
import { entranceTexts as texts } from '../locales/entrance-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { steps } from '../styles/steps.ts'
import type { Entrance } from '../view/entrance.ts'
import { LocalizedElement } from './localized-element.ts'
import { coreText } from './templates/core-text.ts'
import { problemAlert } from './templates/problem.ts'

/** Asks for the code by which the owner of a fresh server proves to be that. */
class ClaimCodeStep extends LocalizedElement {
  static override styles = [basics, controls, steps]
  static override properties = { model: { attribute: false }, entrance: { attribute: false } }

  declare model: RoomModel
  declare entrance: Entrance

  override render() {
    const { problem, work } = this.entrance
    const isBusy = work !== 'none'
    return html`
      <form @submit=${this.#submit}>
        ${problemAlert(problem && (problem.code === 'claim-code' ? texts.wrongClaimCode() : coreText(problem.message)))}
        <div class="field">
          <label for="code">${texts.claimCode()}</label>
          <input id="code" type="text" autocomplete="one-time-code" autocapitalize="off" spellcheck="false" required
            ?readonly=${isBusy} aria-invalid=${problem !== undefined} aria-describedby="problem" />
        </div>
        <button class="main" aria-disabled=${isBusy}>${texts.goOn()}</button>
      </form>
    `
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('entrance') as Entrance | undefined
    if (before?.problem !== this.entrance.problem && this.entrance.problem) this.focus()
  }

  override focus(): void {
    const field = this.renderRoot.querySelector('input')
    field?.focus()
    field?.select()
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault()
    const code = this.renderRoot.querySelector('input')?.value ?? ''
    if (code !== '' && this.entrance.work === 'none') this.model.giveClaimCode(code)
  }
}

customElements.define('claim-code-step', ClaimCodeStep)
