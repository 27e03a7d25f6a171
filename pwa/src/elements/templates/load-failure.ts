import { html, type TemplateResult } from 'lit'
import { entranceTexts as texts } from '../../locales/entrance-texts.ts'

/** Without the network a part may be missing that was never here. */
export const loadFailure = (retry: () => void): TemplateResult => html`
  <div role="alert">
    <p>${texts.loadFailed()}</p>
    <button class="second" @click=${retry}>${texts.tryAgain()}</button>
  </div>
`
