import { type Command, helpLines, unreachable, usage } from '@chat-room/protocol'
import type { Target } from './client.ts'
import type { ClientEvent, ErrorCode } from './events.ts'
import type { Membership } from './membership.ts'
import type { Control } from './transfers/controls.ts'

/** What commands act on: the one who typed them. */
export type Commanded = {
  /** Undefined: not in the room yet. */
  readonly membership: Membership | undefined
  readonly target: Target
  readonly aliases: readonly string[]
  aim(target: Target): void
  leave(): void
  emit(event: ClientEvent): void
  error(code: ErrorCode, message: string): void
}

/** Commands that have a meaning in the room alone. */
type InsideCommand = Exclude<Command, { readonly name: 'help' | 'exit' }>

export function runCommand(by: Commanded, command: Command): void {
  if (command.name === 'help') return by.emit({ type: 'help', lines: helpLines() })
  if (command.name === 'exit') return by.leave()
  if (by.membership === undefined) return by.error('command', NOT_INSIDE)
  runInside(by, by.membership, command)
}

function runInside(by: Commanded, membership: Membership, command: InsideCommand): void {
  const { transfers, unverified } = membership
  switch (command.name) {
    case 'aliases':
      return by.emit({ type: 'aliases', aliases: by.aliases, ...(unverified > 0 ? { unverified } : {}) })
    case 'dm':
      return aim(by, membership, command.to)
    case 'file':
      if (command.paths.length === 0) return by.error('command', `Which file? ${usage('file')}`)
      if (refusesTarget(by, membership)) return
      for (const path of command.paths) transfers.send(path, by.target)
      return
    case 'files':
      return by.emit({ type: 'files', files: transfers.list() })
    case 'accept':
    case 'decline':
    case 'cancel':
    case 'pause':
    case 'continue':
      return control(by, membership, command.name, command.transfer)
    default:
      return unreachable(command)
  }
}

function control(by: Commanded, { transfers }: Membership, what: Control, number: number): void {
  const why = transfers.control(what, number)
  if (why !== undefined) by.error('command', `File ${number}: ${why} :Files lists the files.`)
}

function aim(by: Commanded, { roster, id }: Membership, to: string): void {
  if (to === 'all') {
    by.aim({ to: 'all' })
  } else {
    const member = roster.byAlias(to)
    if (member === undefined) {
      const still = by.target.to === 'all' ? 'everyone' : by.target.alias
      return by.error('unknown-alias', `Nobody here is called ${to}: messages still go to ${still}.`)
    }
    if (member.id === id) return by.error('unknown-alias', 'That is you.')
    by.aim({ to: 'member', member: member.id, alias: member.alias })
  }
  by.emit({ type: 'target', to: by.target.to === 'all' ? 'all' : by.target.alias })
}

/** Whom a line is for that names them; undefined: nobody here is called so. */
export function targetCalled(membership: Membership | undefined, alias: string): Target | undefined {
  if (membership === undefined || alias === 'all') return { to: 'all' }
  const { roster, id } = membership
  const person = roster.byAlias(alias)
  return person && person.id !== id ? { to: 'member', member: person.id, alias: person.alias } : undefined
}

/** A DM is never re-targeted: not to everyone, not to somebody else of that alias (flow 5). */
export function refusesTarget({ target, error }: Commanded, { roster }: Membership): boolean {
  if (target.to === 'all') return false
  if (roster.isHere(target.member)) return false
  error(
    'recipient-gone',
    `${target.alias} is not in the room any more: nothing was sent. Choose again with :Dm.`,
  )
  return true
}

export const NOT_INSIDE = 'You are not in the room yet.'
