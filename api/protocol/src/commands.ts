export {
  type Choices,
  type Completable,
  type Completion,
  completableAt,
  complete,
} from './commands/complete.ts'
export { type Line, type LineProblem, parseLine } from './commands/parse.ts'
export {
  COMMAND_NAMES,
  COMMANDS,
  type Command,
  type CommandName,
  helpLines,
  usage,
} from './commands/table.ts'
