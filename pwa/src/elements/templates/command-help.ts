import type { CommandName } from '@chat-room/protocol'
import { roomTexts as texts } from '../../locales/room-texts.ts'

/** A word about each command, in the language of the page. */
export const COMMAND_HELP = {
  aliases: texts.helpAliases,
  dm: texts.helpDm,
  file: texts.helpFile,
  files: texts.helpFiles,
  accept: texts.helpAccept,
  decline: texts.helpDecline,
  pause: texts.helpPause,
  continue: texts.helpContinue,
  cancel: texts.helpCancel,
  help: texts.helpHelp,
  exit: texts.helpExit,
} as const satisfies Record<CommandName, () => string>
