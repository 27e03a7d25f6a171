import { COMMAND_NAMES, isRefusalCode, REFUSALS, usage } from '@chat-room/protocol'
import type { Problem } from '../../controllers/room-model.ts'
import { currentLanguage } from '../../locales/locale.ts'
import { roomTexts as texts } from '../../locales/room-texts.ts'
import { shown } from '../../view/shown.ts'
import { coreText } from './core-text.ts'

/** The core speaks English, in more detail; in other languages each kind of trouble has its sentence. */
export function troubleText({ code, message }: Problem): string {
  if (code === undefined || currentLanguage() === 'en') return shown(message)
  const said = coreText(message)
  if (code === 'command' && said !== shown(message)) return said.replace(/^File (\d+)/, '#$1')
  return TEXTS[code]?.(said) ?? said
}

/** Why a file ended: a code, a refusal of the server, or a sentence. */
export function reasonText(reason: string): string {
  const name = `why_${reason}`
  if (Object.hasOwn(texts, name)) return texts[name as Why]()
  return coreText(isRefusalCode(reason) ? REFUSALS[reason] : reason)
}

type Why = keyof typeof texts & `why_${string}`

const TEXTS: { readonly [Code in NonNullable<Problem['code']>]?: (message: string) => string } = {
  // Isolated: in a line from right to left the colons would go to the wrong side of their names.
  command: () =>
    texts.troubleCommand(`\u2066${COMMAND_NAMES.map(name => usage(name).split(' ')[0]).join(' ')}\u2069`),
  'unknown-alias': texts.troubleAlias,
  'recipient-gone': texts.troubleGone,
  'mailbox-full': texts.troubleMailbox,
  message: texts.troubleMessage,
  path: texts.troubleFile,
  file: texts.troubleFile,
  'quota-full': texts.troubleFile,
  'too-large': texts.troubleFile,
  'disk-full': texts.troubleFile,
  fork: texts.troubleFork,
  'broken-chain': texts.troubleMissing,
  replayed: texts.troubleUnproved,
  unreadable: texts.troubleUnproved,
  unverified: texts.troubleUnproved,
  hidden: texts.troubleUnproved,
  'newer-version': texts.troubleVersion,
}
