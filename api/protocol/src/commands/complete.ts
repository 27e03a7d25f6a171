import { formatArgument, lastArgument, quote } from './arguments.ts'
import { COMMAND_NAMES, COMMANDS, commandNamed, usage } from './table.ts'

/** What stands at the cursor and could be completed. `from` is the index in the line where it begins. */
export type Completable =
  | { readonly kind: 'command' | 'alias' | 'transfer'; readonly from: number; readonly typed: string }
  /** `folder` is the part of `typed` up to its last `/`: what the caller lists. */
  | { readonly kind: 'path'; readonly from: number; readonly typed: string; readonly folder: string }

export interface Choices {
  readonly aliases: readonly string[]
  /** The numbers that `:Files` shows. */
  readonly transfers?: readonly number[]
  /** The names in the folder that `completableAt` told, folders with a `/` at the end. */
  readonly names?: readonly string[]
}

/** What replaces the line from `replaceFrom` to the cursor; `label` is what a list shows of it. */
export interface Completion {
  readonly replaceFrom: number
  readonly candidates: readonly { readonly insert: string; readonly label: string }[]
}

/**
 * Tells what can be completed, so that a caller may list a folder, in its own time, before it asks `complete`:
 * a terminal's completer is asynchronous, a list box shows what it has.
 */
export function completableAt(line: string, cursor: number): Completable | undefined {
  const text = line.slice(0, cursor)
  if (!text.startsWith(':') || text.startsWith('::')) return undefined
  const match = /^:(\S+)\s+/.exec(text)
  if (match === null) return /\s/.test(text) ? undefined : { kind: 'command', from: 0, typed: text.slice(1) }
  const name = commandNamed(match[1] ?? '')
  if (name === undefined) return undefined
  const { typed, from } = lastArgument(text.slice(match[0].length))
  const last = { typed, from: match[0].length + from }
  switch (COMMANDS[name].parameter) {
    case 'none':
      return undefined
    case 'paths':
      return { kind: 'path', ...last, folder: last.typed.slice(0, last.typed.lastIndexOf('/') + 1) }
    default:
      return { kind: COMMANDS[name].parameter, ...last }
  }
}

export function complete(line: string, cursor: number, choices: Choices): Completion {
  const wanted = completableAt(line, cursor)
  if (wanted === undefined) return { replaceFrom: cursor, candidates: [] }
  const isQuoted = /^["']/.test(line.slice(wanted.from, cursor))
  const argument = (value: string, label = value) => {
    const insert = isQuoted ? quote(value) : formatArgument(value)
    // A folder's quote stays open: its content is what comes next.
    return { insert: value.endsWith('/') && insert !== value ? insert.slice(0, -1) : insert, label }
  }
  const startsWith = (value: string, typed: string) =>
    value.normalize('NFC').toLowerCase().startsWith(typed.normalize('NFC').toLowerCase())

  const candidates = () => {
    switch (wanted.kind) {
      case 'command':
        return COMMAND_NAMES.filter(name => startsWith(name, wanted.typed)).map(name => ({
          insert: `:${COMMANDS[name].name}${COMMANDS[name].parameter === 'none' ? '' : ' '}`,
          label: usage(name),
        }))
      case 'alias':
        return ['All', ...choices.aliases]
          .filter(alias => startsWith(alias, wanted.typed))
          .map(each => argument(each))
      case 'transfer':
        return (choices.transfers ?? [])
          .map(String)
          .filter(number => number.startsWith(wanted.typed))
          .map(each => argument(each))
      case 'path':
        return (choices.names ?? [])
          .filter(name => startsWith(name, wanted.typed.slice(wanted.folder.length)))
          .map(name => argument(wanted.folder + name, name))
    }
  }
  return { replaceFrom: wanted.from, candidates: candidates() }
}
