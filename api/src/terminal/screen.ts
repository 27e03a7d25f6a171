import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { MutableOutput, type TerminalOutput } from './mutable-output.ts'
import { shortenTo, textWidth } from './text-width.ts'

export type LineCompletion = {
  /** What takes the place of the last characters before the cursor, and how many; undefined: nothing. */
  readonly replacement?: { readonly insert: string; readonly typed: string }
  /** What there is to choose from. */
  readonly choices: readonly string[]
}

export type ScreenHandlers = {
  line(line: string): void
  /** Ctrl-D on an empty line, or the terminal went away. */
  end(): void
  /** Ctrl-C. */
  interrupt(): void
  /** The visible line changed. */
  edited(line: string): void
  complete(textBeforeCursor: string): Promise<LineCompletion>
}

export type Prompt = {
  readonly text: string
  /** Nothing of what is typed is shown or remembered. */
  readonly hidden: boolean
  /** One line is asked for, not one after the other. */
  readonly once: boolean
}

export type Screen = {
  readonly columns: number
  /** Writes rows above the line being typed, which stays as it is. */
  print(rows: readonly string[]): void
  /** Rows between what was printed and the line being typed; each has to fit. */
  setStatus(rows: readonly string[]): void
  /** Undefined: nothing is asked for; what is typed meanwhile is kept out of sight. */
  setPrompt(prompt: Prompt | undefined): void
  /** Throws away what was typed and not yet entered. */
  clearLine(): void
  close(): void
}

/**
 * A terminal with a line being edited at its bottom, by `node:readline`, and everything else above it. `results` is
 * where printed rows go, if they are not meant for the terminal itself.
 */
export function createScreen(
  input: Readable,
  terminal: TerminalOutput,
  results: { write(text: string): unknown },
  handlers: ScreenHandlers,
): Screen {
  const output = new MutableOutput(terminal)
  let prompt: Prompt | undefined
  let status: readonly string[] = []
  let isClosed = false
  let isGone = false
  const isVisible = () => prompt?.hidden === false

  const editor = createInterface({
    input,
    output,
    terminal: true,
    prompt: '',
    historySize: 500,
    removeHistoryDuplicates: true,
    completer(text: string, done: (error: Error | null, result: [string[], string]) => void) {
      if (!isVisible()) return done(null, [[], text])
      handlers.complete(text).then(
        ({ replacement, choices }) => {
          if (choices.length > 0) print(inColumns(choices, columns()))
          done(null, replacement === undefined ? [[], text] : [[replacement.insert], replacement.typed])
        },
        (error: Error) => done(error, [[], text]),
      )
    },
  })

  const columns = () => terminal.columns ?? 80

  // The editor knows where its cursor is; the rows above it are ours.
  function erase(): void {
    const rows = (isVisible() ? editor.getCursorPos().rows : 0) + status.length
    cursorTo(terminal, 0)
    if (rows > 0) moveCursor(terminal, 0, -rows)
    clearScreenDown(terminal)
  }

  function draw(): void {
    for (const row of status) terminal.write(`${row}\n`)
    if (prompt === undefined) return
    if (prompt.hidden) {
      terminal.write(prompt.text)
      return
    }
    editor.setPrompt(prompt.text)
    noteRows()
    // The editor goes up by that many rows before it draws.
    terminal.write('\n'.repeat(editor.getCursorPos().rows))
    editor.prompt(true)
  }

  /** Has the editor take down in which of its rows the cursor is: where text is pasted it does not. */
  function noteRows(): void {
    output.muted = true
    editor.prompt(true)
    output.muted = !isVisible()
  }

  function redraw(change: () => void): void {
    if (isClosed) return change()
    erase()
    change()
    output.muted = !isVisible()
    draw()
  }

  function setPrompt(next: Prompt | undefined): void {
    if (isGone) return
    redraw(() => {
      prompt = next
    })
  }

  function print(rows: readonly string[]): void {
    if (rows.length > 0) redraw(() => results.write(rows.map(row => `${row}\n`).join('')))
  }

  /** What was entered stays above, without the status rows that were above it. */
  function keepEntered(line: string): void {
    const entered = `${prompt?.text ?? ''}${line}`
    const rows = Math.floor(textWidth(stripVTControlCharacters(entered)) / columns()) + 1
    cursorTo(terminal, 0)
    moveCursor(terminal, 0, -(rows + status.length))
    clearScreenDown(terminal)
    terminal.write(`${entered}\n`)
  }

  editor.on('line', line => {
    if (isVisible()) {
      if (status.length > 0) keepEntered(line)
    } else if (prompt !== undefined) {
      // The line break was not shown either.
      terminal.write('\n')
    }
    if (prompt?.once === true) prompt = undefined
    output.muted = !isVisible()
    draw()
    handlers.line(line)
  })
  // Passwords are not to be found by the arrow keys.
  editor.on('history', (history: string[]) => {
    if (!isVisible()) history.shift()
  })
  editor.on('SIGINT', () => handlers.interrupt())
  editor.on('close', () => {
    if (isClosed) return
    // Nothing can be asked for any more.
    setPrompt(undefined)
    isGone = true
    handlers.end()
  })
  const edited = () => {
    if (!isVisible()) return
    const { rows, cols } = editor.getCursorPos()
    // A row that has just been filled leaves a terminal's cursor behind its end; the editor reckons with the next one.
    if (rows > 0 && cols === 0 && editor.cursor === editor.line.length) terminal.write(' \r')
    if (rows > 0) noteRows()
    handlers.edited(editor.line)
  }
  input.on('keypress', edited)
  output.muted = true

  return {
    get columns() {
      return columns()
    },
    print,
    setStatus(rows) {
      if (rows.length === 0 && status.length === 0) return
      redraw(() => {
        status = rows
      })
    },
    setPrompt,
    clearLine() {
      editor.write(null, { ctrl: true, name: 'e' })
      editor.write(null, { ctrl: true, name: 'u' })
    },
    close() {
      if (isClosed) return
      erase()
      isClosed = true
      output.muted = true
      input.off('keypress', edited)
      editor.close()
      output.destroy()
    },
  }
}

/** Choices side by side, as many as fit in a row. */
function inColumns(choices: readonly string[], columns: number): readonly string[] {
  const cell = Math.max(...choices.map(textWidth)) + 2
  const inRow = Math.max(Math.floor(columns / cell), 1)
  const rows: string[] = []
  for (let at = 0; at < choices.length; at += inRow) {
    const row = choices.slice(at, at + inRow).map(each => each + ' '.repeat(cell - textWidth(each)))
    rows.push(shortenTo(row.join('').trimEnd(), columns))
  }
  return rows
}
