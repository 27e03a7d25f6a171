import type { ClientEvent } from '@chat-room/client'
import { makeVisible } from '@chat-room/protocol'
import { formatTime } from './amounts.ts'
import { fileLines, transferLine } from './file-lines.ts'
import { note as noteOn, paragraph, type Sheet, trouble as troubleOn, visible } from './sheet.ts'

/** The lines that tell an event to a person; none for what shows itself otherwise. */
export function humanLines(event: ClientEvent, sheet: Sheet): readonly string[] {
  const note = (text: string) => noteOn(text, sheet)
  const trouble = (text: string) => troubleOn(text, sheet)
  switch (event.type) {
    case 'message':
      return messageLines(event, sheet)
    case 'room':
      return event.state === 'unclaimed' ? note(UNCLAIMED) : note('This room has a password.')
    case 'stretching':
      return note('Checking the password...')
    case 'slowed':
      return note(`Too many attempts: tried again by itself in ${seconds(event.retryIn)}.`)
    case 'joined':
      return note(`You are in the room as ${visible(event.alias)}. :Help lists the commands.`)
    case 'member-joined':
      return note(`${visible(event.alias)} joined.`)
    case 'member-left':
      return note(`${visible(event.alias)} left.`)
    case 'member-away':
      return note(`${visible(event.alias)} is away.`)
    case 'member-back':
      return note(`${visible(event.alias)} is back.`)
    case 'connection':
      return connectionLines(event.state, event.retryIn, note)
    case 'undelivered':
      return trouble(`A message to ${visible(event.to)} was not delivered.`)
    case 'receipt':
      return note(`Seen by ${visible(event.from)}.`)
    case 'gap':
      return trouble(`${event.missed} ${event.missed === 1 ? 'message is' : 'messages are'} missing here.`)
    case 'aliases':
      return paragraph(
        '',
        `In the room: ${event.aliases.map(each => named(each, sheet)).join(', ')}${stranger(event.unverified)}`,
        sheet,
      )
    case 'target':
      return note(`Messages and files go to ${event.to === 'all' ? 'everyone' : visible(event.to)} now.`)
    case 'help':
      return event.lines.flatMap(line => paragraph('', line, sheet))
    case 'file-offered':
    case 'file-resumed':
    case 'file-interrupted':
    case 'file-waiting':
    case 'file-received':
    case 'file-sent':
    case 'file-delivered':
    case 'file-declined':
    case 'file-ended':
      return fileLines(event, sheet)
    case 'files':
      return event.files.length === 0
        ? note('No files are on their way.')
        : event.files.flatMap(file => paragraph('', transferLine(file), sheet))
    case 'left':
      return note('You left the room.')
    case 'error':
      return trouble(visible(event.message))
    case 'new-key':
      return note(`${visible(event.alias)} has other keys than before: somebody new, or on another device.`)
    case 'history':
    case 'prompt':
    case 'typing':
    case 'said':
    case 'sent':
    case 'file-said':
    case 'file-stored':
    case 'file-progress':
      return []
  }
}

function messageLines(event: Extract<ClientEvent, { type: 'message' }>, sheet: Sheet): readonly string[] {
  const { style } = sheet
  const isDirect = event.to !== 'all'
  const time = formatTime(event.at, sheet.now) + (event.history === true ? ' (earlier)' : '')
  const from = visible(event.from)
  const to = event.to === sheet.self ? 'you' : visible(event.to)
  const who = isDirect ? `[DM] ${from} -> ${to}:` : `${from}:`
  const late = event.written === undefined ? '' : ` (written ${formatTime(event.written, sheet.now)})`
  const [first = '', ...rest] = paragraph(
    `${time} ${who}`,
    `${makeVisible(event.text, { lineBreaks: 'keep' })}${late}`,
    sheet,
  )
  const colour = isDirect ? style.direct : (text: string) => style.alias(from, text)
  const said = first.slice(time.length + 1 + who.length)
  return [`${style.dim(time)} ${colour(who)}${said}`, ...rest]
}

function connectionLines(
  state: 'connecting' | 'online' | 'offline',
  retryIn: number | undefined,
  note: (text: string) => readonly string[],
): readonly string[] {
  switch (state) {
    case 'connecting':
      return []
    case 'online':
      return note('Connected.')
    case 'offline': {
      const when = retryIn === undefined ? '' : `: trying again in ${seconds(retryIn)}`
      return note(`No connection${when}. What you write is kept and sent then.`)
    }
  }
}

const named = (alias: string, { self }: Sheet): string => visible(alias) + (alias === self ? ' (you)' : '')

const seconds = (milliseconds: number): string => `${Math.max(Math.ceil(milliseconds / 1000), 1)} s`

/** Connections that are in the room, and of whom nobody can say who they are. */
const stranger = (count = 0): string =>
  count === 0 ? '' : `, and ${count} ${count === 1 ? 'connection' : 'connections'} that cannot be verified`

const UNCLAIMED =
  'This room has no password yet: whoever sets it now sets it for everyone. ' +
  'Take several random words; nobody can recover it.'
