import { makeVisible } from '@chat-room/protocol'

/** A message as it is drawn: every token becomes text nodes and, at most, one element around them; never HTML. */
export type Token =
  | { readonly kind: 'text' | 'code' | 'block' | 'strong' | 'emphasis'; readonly text: string }
  /** `href` is http or https, as `URL` reads it; `text` is what was written. */
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

const TOKENS = new RegExp(
  [
    String.raw`\x60{3}(?:[\w+#.-]{0,20}\n)?(?<block>[^]*?)\x60{3}\n?`,
    '`(?<code>[^`\\n]+)`',
    String.raw`(?<link>\bhttps?:\/\/[^\s<>"\u27e8\u27e9]+)`,
    String.raw`(?<![\p{L}\p{N}*])\*\*(?<strong>[^\s*](?:[^*\n]*[^\s*])?)\*\*(?![\p{L}\p{N}*])`,
    String.raw`(?<![\p{L}\p{N}_])_(?<emphasis>[^\s_](?:[^_\n]*[^\s_])?)_(?![\p{L}\p{N}_])`,
  ].join('|'),
  'gu',
)

const KINDS = ['block', 'code', 'strong', 'emphasis'] as const

export function tokenize(message: string): readonly Token[] {
  const text = makeVisible(message, { lineBreaks: 'keep' })
  const tokens: Token[] = []
  const say = (from: number, to: number) => {
    if (from < to) tokens.push({ kind: 'text', text: text.slice(from, to) })
  }
  let end = 0
  for (const match of text.matchAll(TOKENS)) {
    const read = readToken(match.groups ?? {}, match[0])
    if (read === undefined) continue
    say(end, match.index)
    tokens.push(read.token)
    end = match.index + read.length
  }
  say(end, text.length)
  return tokens
}

/** A token, and how much of the match belongs to it. */
function readToken(
  groups: Record<string, string | undefined>,
  whole: string,
): { readonly token: Token; readonly length: number } | undefined {
  for (const kind of KINDS) {
    const text = groups[kind]
    if (text === undefined) continue
    return { token: { kind, text: kind === 'block' ? text.replace(/\n$/, '') : text }, length: whole.length }
  }
  const text = withoutPunctuation(whole)
  const href = hrefOf(text)
  return href === undefined ? undefined : { token: { kind: 'link', text, href }, length: text.length }
}

function hrefOf(text: string): string | undefined {
  const url = URL.parse(text)
  // A user name before the host is there to make it look like another one.
  if (url === null || url.username !== '' || url.password !== '') return undefined
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined
}

/** What ends a sentence is not of the address; a bracket is, if it was opened within it. */
function withoutPunctuation(text: string): string {
  let unopened = text.split(')').length - text.split('(').length
  let end = text.length
  for (; end > 0; end--) {
    const last = text[end - 1] ?? ''
    if (last === ')' && unopened <= 0) break
    if (!/[.,:;!?'"*_)\]}…»”’]/.test(last)) break
    if (last === ')') unopened--
  }
  return text.slice(0, end)
}

/** A few emoji and nothing else are shown larger. */
export const isEmojiAlone = (text: string): boolean =>
  text.length <= 40 &&
  /^(?:\s*(?:\p{RI}{2}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)(?:\p{EMod}|\u200d\p{Extended_Pictographic}\ufe0f?)*){1,3}\s*$/u.test(
    text,
  )
