import { say } from '../../locales/locale.ts'
import { shown } from '../../view/shown.ts'

/** Between these a sentence of the core may have names, or another sentence. */
const SEAMS = /(: |; |(?<=\.) )/

/**
 * What the core says in English, in the language of the page as far as it is known there: translations have its sentences
 * under themselves. Names that stand in them stay as they are.
 */
export function coreText(message: string): string {
  const parts = message.split(SEAMS)
  const said: string[] = []
  for (let at = 0; at < parts.length; ) {
    let end = Math.min(parts.length, at + MOST_SEAMS)
    while (end > at + 1 && !isKnown(parts.slice(at, end).join(''))) end--
    said.push(translated(parts.slice(at, end).join('')))
    at = end
  }
  return shown(said.join(''))
}

/** Sentences have no more: what somebody calls a file is not looked up in every way. */
const MOST_SEAMS = 9

/** The same in both cases, as a sentence of its own or behind a name. A word alone is somebody's name. */
function translated(phrase: string): string {
  const known = phrase.includes(' ') ? say(phrase, phrase) : phrase
  if (known !== phrase || !phrase.endsWith('.')) return known
  const bare = phrase.charAt(0).toLowerCase() + phrase.slice(1, -1)
  const inside = bare.includes(' ') ? say(bare, bare) : bare
  return inside === bare ? phrase : `${inside.charAt(0).toUpperCase()}${inside.slice(1)}.`
}

const isKnown = (phrase: string): boolean => translated(phrase) !== phrase
