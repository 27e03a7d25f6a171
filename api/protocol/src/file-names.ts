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

/** Harmless on every system; empty if nothing is left of it. */
function safeComponent(component: string): string {
  const shown = replaceInvisible(component, () => '')
    .normalize('NFC')
    // Windows refuses these; a colon also names a hidden stream.
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
  const bare = trimTail(shown.replace(/^[. ]+/, ''))
  return bare && shorten(bare.replace(DEVICE, '$&_'), '')
}

const componentsOf = (received: string): readonly string[] => received.toWellFormed().split(/[/\\]/)

/**
 * What a received file may be called here: one component, harmless on every system, never empty, at most 200 bytes
 * of UTF-8. Whoever sent it has no say in where it goes or what it hides.
 */
export const safeFileName = (received: string): string =>
  safeComponent(componentsOf(received).at(-1) ?? '') || 'file'

/** Of a folder's path: its components, and bytes of UTF-8 with their separators; and of a folder that is sent: its files. */
export const FOLDER_LIMITS = { depth: 16, bytes: 1_000, files: 1_000 } as const

/** Of one that has more. */
export const FOLDER_TOO_LARGE = `There are more than ${FOLDER_LIMITS.files} files in this folder: pack it into an archive and send that.`

/**
 * Where a file of a received folder may lie: the components of a path, each as harmless as a file's name, at least one.
 * What leads nowhere or upwards is left out, and so is what lies deeper than the limits: its files move up.
 */
export function safeFolderPath(received: string): readonly string[] {
  const folders: string[] = []
  let room: number = FOLDER_LIMITS.bytes
  for (const component of componentsOf(received)) {
    const folder = safeComponent(component)
    if (folder === '') continue
    room -= utf8Length(folder) + 1
    if (room < 0 || folders.length === FOLDER_LIMITS.depth) break
    folders.push(folder)
  }
  return folders.length === 0 ? ['folder'] : folders
}

/** Names that some file system takes for one another, in another letter case or normal form, have the same key. */
export const nameKey = (name: string): string =>
  // Both ways: what has no capital letter of its own may share one.
  name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')

/**
 * `name.ext` -> `name1.ext` (M14): the number goes before the last dot, or to the end; a leading dot is no extension.
 * Expects what `safeFileName` made or a name that is on disk; stays within 200 bytes.
 */
export const numberedName = (name: string, number: number): string => shorten(name, String(number))

/** `photos` -> `photos1` (M14): to the end, since a folder has no extension. Expects what `safeFolderPath` made. */
export const numberedFolder = (name: string, number: number): string =>
  trimTail(takeBytes(name, MAX_BYTES - String(number).length)) + number

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
