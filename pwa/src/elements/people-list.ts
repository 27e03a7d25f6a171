import { css, html } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { hues } from '../styles/hues.ts'
import { hueOf, initialOf } from '../view/hues.ts'
import type { Person } from '../view/people.ts'
import { shown } from '../view/shown.ts'
import { LocalizedElement } from './localized-element.ts'

/** Who is in the room. Fires `person-chosen` with an alias: whom one wants to write to alone. */
class PeopleList extends LocalizedElement {
  static override styles = [
    basics,
    controls,
    hues,
    css`
      ul {
        display: grid;
        gap: 0.125rem;
      }

      .row {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-3);
        inline-size: 100%;
        min-block-size: 3rem;
        padding: var(--space-1) var(--space-2);
        border-radius: var(--round-m);
        text-align: start;
        font-weight: 400;
      }

      button.row:hover {
        background: var(--direct-soft);
      }

      button.row[aria-pressed='true'] {
        background: var(--direct-soft);
        color: var(--direct);
      }

      .who {
        display: grid;
        min-inline-size: 0;
        line-height: 1.3;
      }

      .alias {
        justify-self: start;
        max-inline-size: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-weight: 600;
      }

      .state {
        color: var(--quiet);
        font-size: var(--text-s);
      }

      .typing {
        color: var(--accent);
      }

      .face {
        position: relative;
      }

      .face::after {
        content: '';
        position: absolute;
        inset-block-end: -0.0625rem;
        inset-inline-end: -0.0625rem;
        inline-size: 0.6875rem;
        block-size: 0.6875rem;
        border: 2px solid var(--surface);
        border-radius: var(--round-full);
        background: var(--accent);
      }

      .away .face::after {
        background: var(--surface);
        box-shadow: inset 0 0 0 2px var(--edge);
      }

      .away .disc {
        filter: grayscale(1);
      }
    `,
  ]
  static override properties = { people: { attribute: false }, target: {} }

  declare people: readonly Person[]
  declare target: string

  override render() {
    return html`
      <ul aria-label=${texts.people()}>
        ${repeat(
          this.people,
          ({ alias }) => alias,
          person => html`<li>${this.#renderPerson(person)}</li>`,
        )}
      </ul>
    `
  }

  #renderPerson(person: Person) {
    const { alias, isSelf, isAway } = person
    const inside = html`
      <span class="face hue-${hueOf(alias)}"><span class="disc" aria-hidden="true">${initialOf(shown(alias))}</span></span>
      <span class="who">
        <bdi class="alias">${shown(alias)}</bdi>
        <span class="state ${person.typing ? 'typing' : ''}">${stateOf(person)}</span>
      </span>
    `
    const classes = isAway ? 'row away' : 'row'
    if (isSelf) return html`<div class=${classes}>${inside}</div>`
    return html`<button class=${classes} aria-pressed=${alias === this.target} title=${texts.writeTo(shown(alias))}
      @click=${() => this.#choose(alias)}>${inside}</button>`
  }

  #choose(alias: string): void {
    // Tapped again, the person is let go: what is written goes to everyone.
    const detail = alias === this.target ? 'all' : alias
    this.dispatchEvent(new CustomEvent('person-chosen', { detail, bubbles: true, composed: true }))
  }
}

function stateOf({ isSelf, isAway, typing }: Person): string {
  if (isSelf) return texts.you()
  if (typing === 'you') return texts.typesToYou()
  if (typing === 'all') return texts.isTyping()
  return isAway ? texts.away() : texts.here()
}

customElements.define('people-list', PeopleList)
