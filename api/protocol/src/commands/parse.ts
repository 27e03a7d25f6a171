import { LIMITS } from '../limits.ts'
import { unreachable } from '../unreachable.ts'
import { utf8Length } from '../utf8-length.ts'
import { parseArguments, QUOTING_PROBLEMS } from './arguments.ts'
import { COMMAND_NAMES, COMMANDS, type Command, type CommandName, commandNamed, usage } from './table.ts'

export type LineProblem = 'too-long' | 'unknown-command' | 'wrong-parameters'

/** What a typed line means. A `problem` is told to the person and sent to nobody (M7). */
export type Line =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'problem'; readonly reason: LineProblem; readonly message: string }

const problem = (reason: LineProblem, message: string): Line => ({ kind: 'problem', reason, message })

const command = (parsed: Command): Line => ({ kind: 'command', command: parsed })

/** One typed line, without its line end; a browser's message may have several lines (M7). */
export function parseLine(line: string): Line {
  if (line.trim() === '') return { kind: 'nothing' }
  // UTF-8 has no half surrogate pairs: what is measured here is what is sent.
  const text = line.toWellFormed()
  const isCommand = text.startsWith(':') && !text.startsWith('::')
  const body = text.startsWith('::') ? text.slice(1) : text
  const size = utf8Length(body)
  if (size > LIMITS.messageBytes) {
    const what = isCommand ? 'command' : 'message'
    return problem(
      'too-long',
      `This ${what} is too long: ${size} bytes, at most ${LIMITS.messageBytes} are sent.`,
    )
  }
  return isCommand ? parseCommand(body.slice(1)) : { kind: 'message', text: body }
}

function parseCommand(text: string): Line {
  const [word = ''] = /^\S*/.exec(text) ?? []
  const name = commandNamed(word)
  if (name === undefined) {
    const known = COMMAND_NAMES.map(each => `:${COMMANDS[each].name}`).join(' ')
    return problem(
      'unknown-command',
      `There is no command ":${[...word].slice(0, 20).join('')}". Commands: ${known}. To say a line that begins with a colon, begin it with two.`,
    )
  }
  const values = parseArguments(text.slice(word.length))
  if (!values.ok) return wrong(name, QUOTING_PROBLEMS[values.error])
  return withParameters(name, values.value)
}

const wrong = (name: CommandName, why: string): Line =>
  problem('wrong-parameters', `${why} Usage: ${usage(name)}`)

function withParameters(name: CommandName, values: readonly string[]): Line {
  const [value = ''] = values
  switch (name) {
    case 'aliases':
    case 'files':
    case 'help':
    case 'exit':
      return values.length === 0 ? command({ name }) : wrong(name, 'This command stands alone.')
    case 'file':
      return values.includes('') ? wrong(name, 'A path is empty.') : command({ name, paths: values })
    case 'dm':
      if (values.length !== 1 || value === '') return wrong(name, 'One alias is needed.')
      if (/\s/.test(value)) return wrong(name, 'An alias has no spaces.')
      return command({ name, to: /^all$/i.test(value) ? 'all' : value.normalize('NFC') })
    case 'accept':
    case 'decline':
    case 'pause':
    case 'continue':
    case 'cancel':
      if (values.length !== 1 || !/^[1-9][0-9]{0,8}$/.test(value)) {
        return wrong(name, 'The number of a file is needed, as :Files shows it.')
      }
      return command({ name, transfer: Number(value) })
    default:
      return unreachable(name)
  }
}
