import { generate } from 'lean-qr'

/** Black on white whatever the terminal's colours are: cameras take nothing else. */
const BLACK_ON_WHITE = '\u001b[38;5;16;48;5;231m'
const RESET = '\u001b[0m'
/** By the upper and the lower module that share one character: a character is twice as high as wide. */
const HALVES = [' ', '▄', '▀', '█'] as const
/** What the standard wants around it is four modules; two are enough on a white ground. */
const QUIET = 2

/** A QR code as lines of text. */
export function drawQrCode(text: string): string {
  const code = generate(text)
  const from = -QUIET
  const to = code.size + QUIET
  const lines: string[] = []
  for (let y = from; y < to; y += 2) {
    let line = ''
    for (let x = from; x < to; x++) {
      line += HALVES[(code.get(x, y) ? 2 : 0) + (code.get(x, y + 1) ? 1 : 0)] ?? ''
    }
    lines.push(`${BLACK_ON_WHITE}${line}${RESET}`)
  }
  return `${lines.join('\n')}\n`
}
