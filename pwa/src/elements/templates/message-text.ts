import { html, type TemplateResult } from 'lit'
import { isEmojiAlone, type Token, tokenize } from '../../view/rich-text.ts'

/** What somebody wrote: text nodes and, around some, one element each. Nothing of it is ever read as HTML. */
export function messageText(text: string): TemplateResult {
  if (isEmojiAlone(text)) return html`<div class="text emoji" dir="auto">${text}</div>`
  return html`<div class="text" dir="auto">${tokenize(text).map(drawn)}</div>`
}

function drawn(token: Token): TemplateResult | string {
  switch (token.kind) {
    case 'text':
      return token.text
    case 'code':
      return html`<code>${token.text}</code>`
    case 'block':
      return html`<pre tabindex="0" dir="ltr"><code>${token.text}</code></pre>`
    case 'strong':
      return html`<strong>${token.text}</strong>`
    case 'emphasis':
      return html`<em>${token.text}</em>`
    case 'link':
      return html`<a href=${token.href} target="_blank" rel="noopener noreferrer" dir="ltr">${token.text}</a>`
  }
}
