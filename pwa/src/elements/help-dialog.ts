import { COMMAND_NAMES, usage } from '@chat-room/protocol'
import { css, html } from 'lit'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { dialogStyles } from '../styles/dialog.ts'
import { DialogElement } from './dialog-element.ts'
import { COMMAND_HELP } from './templates/command-help.ts'

/** The answer to `:Help` (M13). */
class HelpDialog extends DialogElement {
  static override styles = [
    basics,
    controls,
    dialogStyles,
    css`
      p {
        color: var(--quiet);
        margin-block-end: var(--space-4);
      }

      dl {
        display: grid;
        gap: var(--space-3);
      }

      dt {
        font: 600 var(--text-s) / 1.5 var(--mono);
        color: var(--accent);
        overflow-wrap: anywhere;
      }
    `,
  ]

  protected override get heading(): string {
    return texts.helpTitle()
  }

  protected override renderContent() {
    return html`
        <p>${texts.helpLead()}</p>
        <dl>
          ${COMMAND_NAMES.map(
            name =>
              html`<div><dt><span dir="ltr">${usage(name)}</span></dt><dd>${COMMAND_HELP[name]()}</dd></div>`,
          )}
        </dl>
    `
  }
}

customElements.define('help-dialog', HelpDialog)
