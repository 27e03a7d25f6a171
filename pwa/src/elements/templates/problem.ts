import { html, nothing, type TemplateResult } from 'lit'
import { warning } from './icons.ts'

/** Always there, so that what comes into it is read aloud at once. */
export const problemAlert = (text: string | undefined, action: unknown = nothing): TemplateResult => html`
  <div role="alert" id="problem">
    ${text === undefined ? nothing : html`<div class="problem">${warning()}<span>${text}</span>${action}</div>`}
  </div>
`
