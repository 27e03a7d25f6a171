import { takeBytes } from './graphemes.ts'
import { utf8Length } from './utf8-length.ts'
import { replaceInvisible } from './visible.ts'

const MAX_BYTES = 200

// Windows opens a device by these names, whatever follows the first dot and in any letter case. `com` and `lpt`
// alone are none, but `numberedName` would make them one.
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]?)(?= *(?:\.|$))/i

/** A loop, since `/[. ]+$/` takes quadratic time over a hostile run of dots. */
function trimTail(text: string): string {
  let end = text.length
  while (text[end - 1] === '.' || text[end - 1] === ' ') end--
  return text.slice(0, end)
}

/**
 * What a received file may be called here: one component, harmless on every system, never empty, at most 200 bytes
 * of UTF-8. Whoever sent it has no say in where it goes or what it hides.
 */
export function safeFileName(received: string): string {
  const component = received.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const shown = replaceInvisible(component, () => '')
    .normalize('NFC')
    // Windows refuses these; a colon also names a hidden stream.
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
  const bare = trimTail(shown.replace(/^[. ]+/, ''))
  return bare === '' ? 'file' : shorten(bare.replace(DEVICE, '$&_'), '')
}

/**
 * `name.ext` -> `name1.ext` (M14): the number goes before the last dot, or to the end; a leading dot is no extension.
 * Expects what `safeFileName` made or a name that is on disk; stays within 200 bytes.
 */
export const numberedName = (name: string, number: number): string => shorten(name, String(number))

function shorten(name: string, suffix: string): string {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  const room = MAX_BYTES - suffix.length - utf8Length(extension)
  // An extension that leaves no room for a name is none.
  if (room < MAX_BYTES / 2) return trimTail(takeBytes(name, MAX_BYTES - suffix.length)) + suffix
  const cut = takeBytes(stem, room)
  // A cut may end in a blank, with which no name ends.
  return (suffix + extension === '' ? trimTail(cut) : cut) + suffix + extension
}
