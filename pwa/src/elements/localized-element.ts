import { updateWhenLocaleChanges } from '@lit/localize'
import { LitElement } from 'lit'

/** An element that speaks: drawn anew when the language changes. */
export abstract class LocalizedElement extends LitElement {
  constructor() {
    super()
    updateWhenLocaleChanges(this)
  }
}
