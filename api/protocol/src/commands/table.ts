/** What follows a command's name, and how it is completed. */
type ParameterKind = 'none' | 'alias' | 'paths' | 'transfer'

interface Row {
  /** As it is shown; recognised in any letter case (M13). */
  readonly name: string
  readonly parameter: ParameterKind
  readonly optional?: boolean
  /** How the parameter is written in a usage line. */
  readonly placeholder?: string
  readonly help: string
}

/** Every `:` command, for both clients: parsing, help and completion read this table. */
export const COMMANDS = {
  aliases: { name: 'Aliases', parameter: 'none', help: 'list who is in the room' },
  dm: {
    name: 'Dm',
    parameter: 'alias',
    placeholder: '<alias>|All',
    help: 'send to one person from now on, or to everyone again',
  },
  file: {
    name: 'File',
    parameter: 'paths',
    // In a browser `:File` alone opens the file picker (M10); the terminal client answers with the usage.
    optional: true,
    placeholder: '<path>|"<path>" "<path>"...',
    help: 'send a file or a whole folder, or several in quotes, to whomever messages go to',
  },
  files: {
    name: 'Files',
    parameter: 'none',
    help: 'list the files that were offered or sent, with their numbers n',
  },
  accept: { name: 'Accept', parameter: 'transfer', placeholder: '<n>', help: 'receive file n' },
  decline: { name: 'Decline', parameter: 'transfer', placeholder: '<n>', help: 'do not receive file n' },
  pause: {
    name: 'Pause',
    parameter: 'transfer',
    placeholder: '<n>',
    help: 'let file n wait, until :Continue',
  },
  continue: {
    name: 'Continue',
    parameter: 'transfer',
    placeholder: '<n>',
    help: 'go on with file n, paused or interrupted',
  },
  cancel: {
    name: 'Cancel',
    parameter: 'transfer',
    placeholder: '<n>',
    help: 'stop sending or receiving file n',
  },
  help: { name: 'Help', parameter: 'none', help: 'list the commands' },
  exit: { name: 'Exit', parameter: 'none', help: 'leave the room' },
} as const satisfies Record<string, Row>

export type CommandName = keyof typeof COMMANDS

type NamesOf<Kind extends ParameterKind> = {
  [Name in CommandName]: (typeof COMMANDS)[Name]['parameter'] extends Kind ? Name : never
}[CommandName]

/** A command with its parsed parameter. */
export type Command =
  | { readonly [Name in NamesOf<'none'>]: { readonly name: Name } }[NamesOf<'none'>]
  /** `to` is `all` or an alias; no alias can be `all`. */
  | { readonly name: NamesOf<'alias'>; readonly to: string }
  /** As typed: each client checks its paths by `parseRelativePath`. Empty means: let the person choose. */
  | { readonly name: NamesOf<'paths'>; readonly paths: readonly string[] }
  /** The number that `:Files` shows, from 1. */
  | { readonly name: NamesOf<'transfer'>; readonly transfer: number }

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[]

const row = (name: CommandName): Row => COMMANDS[name]

export const commandNamed = (text: string): CommandName | undefined =>
  COMMAND_NAMES.find(name => name === text.toLowerCase())

export function usage(name: CommandName): string {
  const { name: shown, placeholder, optional } = row(name)
  if (placeholder === undefined) return `:${shown}`
  return `:${shown} ${optional === true ? `[${placeholder}]` : placeholder}`
}

/** One line a command, aligned, for `:Help` (M13). */
export function helpLines(): readonly string[] {
  const width = Math.max(...COMMAND_NAMES.map(name => usage(name).length))
  return COMMAND_NAMES.map(name => `${usage(name).padEnd(width)}  ${row(name).help}`)
}
