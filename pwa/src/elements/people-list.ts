import { css, html } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { roomTexts as texts } from '../locales/room-texts.ts'
import { basics, controls } from '../styles/controls.ts'
import { hues } from '../styles/hues.ts'
import { hueOf, initialOf } from '../view/hues.ts'
import type { Person } from '../view/people.ts'
import { shown } from '../view/shown.ts'
import { LocalizedElement } from './localized-element.ts'
import { shield } from './templates/icons.ts'

/** Who is in the room. Fires `person-chosen` with an alias: whom one wants to write to alone; `person-shown`: to know better. */
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

      li {
        display: flex;
        align-items: center;
        border-radius: var(--round-m);
      }

      li:hover {
        background: var(--direct-soft);
      }

      li:has([aria-pressed='true']) {
        background: var(--direct-soft);
        color: var(--direct);
      }

      .row {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-3);
        min-block-size: 3rem;
        padding: var(--space-1) var(--space-2);
        border: 0;
        border-radius: var(--round-m);
        text-align: start;
        font-weight: 400;
      }

      button.icon {
        min-block-size: 2.75rem;
        min-inline-size: 2.75rem;
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
  static override properties = { people: { attribute: false }, target: {}, isOnline: { attribute: false } }

  declare people: readonly Person[]
  declare target: string
  /** Otherwise nobody knows who is here at this moment. */
  declare isOnline: boolean

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
    const { alias, isSelf, presence } = person
    const name = shown(alias)
    const inside = html`
      <span class="face hue-${hueOf(alias)}"><span class="disc" aria-hidden="true">${initialOf(name)}</span></span>
      <span class="who">
        <bdi class="alias">${name}</bdi>
        <span class="state ${person.typing ? 'typing' : ''}">${this.#stateOf(person)}</span>
      </span>
    `
    const classes = presence === 'away' || !this.isOnline ? 'row away' : 'row'
    if (isSelf) return html`<div class=${classes}>${inside}</div>`
    return html`
      <button class=${classes} aria-pressed=${alias === this.target} title=${texts.writeTo(name)}
        @click=${() => this.#tell('person-chosen', alias === this.target ? 'all' : alias)}>${inside}</button>
      <button class="icon" aria-label=${texts.wordsOf(name)} title=${texts.safetyWords()}
        @click=${() => this.#tell('person-shown', alias)}>${shield()}</button>
    `
  }

  #stateOf({ isSelf, presence, typing }: Person): string {
    if (isSelf) return texts.you()
    if (!this.isOnline) return texts.unknownPresence()
    if (typing === 'you') return texts.typesToYou()
    if (typing === 'all') return texts.isTyping()
    return presence === 'away' ? texts.away() : texts.here()
  }

  /** Tapped again, a person is let go: what is written goes to everyone. */
  #tell(type: 'person-chosen' | 'person-shown', detail: string): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
  }
}

customElements.define('people-list', PeopleList)
