export type Style = {
  dim(text: string): string
  bold(text: string): string
  /** For what is meant for one alone. */
  direct(text: string): string
  trouble(text: string): string
  /** A colour of its own for each alias. */
  alias(alias: string, text: string): string
}

const plain = (text: string): string => text

const PLAIN: Style = { dim: plain, bold: plain, direct: plain, trouble: plain, alias: (_alias, text) => text }

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`

// Cyan, green, yellow, blue, and their bright kin: magenta and red have meanings.
const ALIAS_COLOURS = [36, 32, 33, 34, 96, 92, 93, 94] as const

const COLOURED: Style = {
  dim: sgr(2, 22),
  bold: sgr(1, 22),
  direct: sgr(35, 39),
  trouble: sgr(31, 39),
  alias(alias, text) {
    let sum = 0
    for (const character of alias) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0
    return sgr(ALIAS_COLOURS[sum % ALIAS_COLOURS.length] ?? 36, 39)(text)
  },
}

type Environment = Readonly<Record<string, string | undefined>>

/** Colours on a terminal that knows them, unless `NO_COLOR` is set to anything (no-color.org). */
export function styleFor(output: { readonly isTTY?: boolean }, env: Environment): Style {
  const { NO_COLOR: refused = '', TERM: terminal } = env
  return output.isTTY === true && refused === '' && terminal !== 'dumb' ? COLOURED : PLAIN
}
