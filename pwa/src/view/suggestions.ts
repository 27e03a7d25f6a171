import { type Choices, COMMAND_NAMES, type CommandName, completableAt, complete } from '@chat-room/protocol'

/** One way to go on with a line: what is shown of it, and what the line and the cursor become. */
export type Suggestion = {
  readonly label: string
  /** The command that it names, for a word about it. */
  readonly command: CommandName | undefined
  readonly line: string
  readonly cursor: number
}

export type Suggestions = {
  readonly list: readonly Suggestion[]
  /** What is typed is complete as it is: Enter sends it. */
  readonly isComplete: boolean
}

export function suggestionsFor(line: string, cursor: number, choices: Choices): Suggestions {
  const wanted = completableAt(line, cursor)
  if (wanted === undefined) return { list: [], isComplete: true }
  const { replaceFrom, candidates } = complete(line, cursor, choices)
  const typed = fold(line.slice(replaceFrom, cursor))
  const list = candidates.map(({ insert, label }) => ({
    label,
    command: wanted.kind === 'command' ? COMMAND_NAMES.find(name => fold(insert) === `:${name}`) : undefined,
    line: line.slice(0, replaceFrom) + insert + line.slice(cursor),
    cursor: replaceFrom + insert.length,
  }))
  const isComplete = list.length === 0 || candidates.some(({ insert }) => fold(insert) === typed)
  return { list: isComplete && list.length === 1 ? [] : list, isComplete }
}

const fold = (text: string): string => text.trim().normalize('NFC').toLowerCase()
