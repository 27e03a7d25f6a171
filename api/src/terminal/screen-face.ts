import type { ClientEvent, RoomClient } from '@chat-room/client'
import { makeVisible } from '@chat-room/protocol'
import type { Face } from './face.ts'
import { folderLines } from './file-lines.ts'
import { FolderDigest } from './folder-digest.ts'
import { humanLines } from './human-lines.ts'
import type { TerminalIo } from './io.ts'
import { jsonLine } from './json-view.ts'
import { completeLine } from './line-completion.ts'
import { createLineQueue } from './line-queue.ts'
import type { TerminalOutput } from './mutable-output.ts'
import { createOutageFilter } from './outage-filter.ts'
import { createScreen, type Prompt } from './screen.ts'
import type { Sheet } from './sheet.ts'
import { StatusRows } from './status-rows.ts'
import { styleFor } from './style.ts'
import { shortenTo } from './text-width.ts'

/** Bars are drawn anew this often even when nothing arrives. */
const TICK = 1_000

export type ScreenFaceOptions = {
  readonly json: boolean
  /** What the prompt and the line being typed are drawn on. */
  readonly terminal: TerminalOutput
  /** Ctrl-C. */
  interrupt(): void
}

/** For a person at a terminal: prompts, hidden passwords, an edited line with completion, bars for files. */
export function createScreenFace(client: RoomClient, io: TerminalIo, options: ScreenFaceOptions): Face {
  const { clock } = io
  const style = styleFor(options.terminal, io.env)
  const { lines, push, end } = createLineQueue()
  const status = new StatusRows(client)
  const isNews = createOutageFilter()
  let self: string | undefined
  let shown: Prompt | undefined
  let cancelTick: (() => void) | undefined

  const screen = createScreen(io.stdin, options.terminal, io.stdout, {
    line: push,
    end,
    interrupt: options.interrupt,
    edited: line => client.setTyping(line !== '' && (!line.startsWith(':') || line.startsWith('::'))),
    complete: text =>
      client.state.name === 'joined' ? completeLine(text, client, io.cwd) : Promise.resolve({ choices: [] }),
  })

  const sheet = (): Sheet => ({
    style,
    columns: screen.columns,
    now: clock.now(),
    self,
    transferOf: transfer => client.transfers.find(each => each.transfer === transfer),
  })
  const digest = new FolderDigest({
    client,
    clock,
    tell: news => screen.print(folderLines(news, sheet())),
  })

  function rowsFor(event: ClientEvent): readonly string[] {
    if (options.json) return [jsonLine(event)]
    return isNews(event) && !digest.take(event) ? humanLines(event, sheet()) : []
  }

  function drawStatus(): void {
    screen.setStatus(status.rows(screen.columns).map(style.dim))
    if (status.isMoving) {
      cancelTick ??= clock.after(TICK, () => {
        cancelTick = undefined
        drawStatus()
      })
    }
  }

  function ask(prompt: Prompt): void {
    // What was being typed as an answer to one question is no answer to another.
    if (shown !== undefined && shown.text !== prompt.text && prompt.hidden) screen.clearLine()
    shown = prompt
    screen.setPrompt(prompt)
  }

  function showTarget(): void {
    const { target } = client
    const room = Math.max(Math.floor(screen.columns / 2) - 3, 4)
    const alias = target.to === 'all' ? '' : makeVisible(target.alias, { lineBreaks: 'show' })
    const text =
      target.to === 'all' ? `${style.bold('everyone')}> ` : `${style.direct(`@${shortenTo(alias, room)}`)}> `
    if (text !== shown?.text) ask({ text, hidden: false, once: false })
  }

  return {
    lines,
    unacknowledged: Number.POSITIVE_INFINITY,
    show(event) {
      if (event.type === 'joined') self = event.alias
      if (!options.json && status.take(event)) drawStatus()
      screen.print(rowsFor(event))
      if (event.type === 'prompt') ask(promptFor(event.for, client))
      else if (client.state.name === 'joined') showTarget()
    },
    complain: text => screen.print([style.trouble(text)]),
    close() {
      cancelTick?.()
      digest.close()
      screen.close()
    },
  }
}

function promptFor(asked: 'claim-code' | 'password' | 'alias', { state }: RoomClient): Prompt {
  switch (asked) {
    case 'claim-code':
      return { text: 'Claim code: ', hidden: true, once: true }
    case 'password': {
      const isNew = state.name === 'password' && state.purpose === 'create'
      return { text: isNew ? 'New password: ' : 'Password: ', hidden: true, once: true }
    }
    case 'alias':
      return { text: 'Alias: ', hidden: false, once: true }
  }
}
