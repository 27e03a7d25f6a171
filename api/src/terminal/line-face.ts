import type { ClientEvent, RoomClient } from '@chat-room/client'
import { LIMITS } from '@chat-room/protocol'
import type { Face } from './face.ts'
import { folderLines } from './file-lines.ts'
import { FolderDigest } from './folder-digest.ts'
import { humanLines } from './human-lines.ts'
import { readLines } from './input-lines.ts'
import type { TerminalIo } from './io.ts'
import { jsonLine } from './json-view.ts'
import type { TerminalOutput } from './mutable-output.ts'
import { createOutageFilter } from './outage-filter.ts'
import type { Sheet } from './sheet.ts'
import { styleFor } from './style.ts'

/** A page of acknowledgements at once, yet no more in memory. */
const UNACKNOWLEDGED = 64

// UTF-16 units are at most as many as bytes: a longer line is refused whatever is in it.
const LONGEST_LINE = 2 * LIMITS.messageBytes

/** For pipes and files: lines in, lines out; in JSON, or for people, whose errors go where errors go. */
export function createLineFace(client: RoomClient, io: TerminalIo, options: { json: boolean }): Face {
  const { stdin, stdout, stderr, env, clock } = io
  const style = styleFor(stdout, env)
  const isNews = createOutageFilter()
  let self: string | undefined

  function showJson(event: ClientEvent): void {
    stdout.write(`${jsonLine(event)}\n`)
  }

  const sheet = (): Sheet => ({
    style,
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    now: clock.now(),
    self,
    transferOf: transfer => client.transfers.find(each => each.transfer === transfer),
  })
  const print = (to: TerminalOutput, lines: readonly string[]): void => {
    for (const line of lines) to.write(`${line}\n`)
  }
  const digest = new FolderDigest({ client, clock, tell: news => print(stdout, folderLines(news, sheet())) })

  function showText(event: ClientEvent): void {
    if (event.type === 'joined') self = event.alias
    if (!isNews(event) || digest.take(event)) return
    print(event.type === 'error' ? stderr : stdout, humanLines(event, sheet()))
  }

  return {
    lines: readLines(stdin, LONGEST_LINE),
    unacknowledged: UNACKNOWLEDGED,
    show: options.json ? showJson : showText,
    complain: text => stderr.write(`${text}\n`),
    close: () => digest.close(),
  }
}
