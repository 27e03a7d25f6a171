import type { ClientEvent, TransferView, WaitsFor } from '@chat-room/client'
import { formatDuration, formatShare, formatSize } from './amounts.ts'
import { note, paragraph, type Sheet, trouble, visible } from './sheet.ts'

/** What happens to a file, as far as it is told in lines. */
export type FileEvent = Extract<
  ClientEvent,
  {
    readonly type:
      | 'file-offered'
      | 'file-resumed'
      | 'file-interrupted'
      | 'file-waiting'
      | 'file-received'
      | 'file-sent'
      | 'file-delivered'
      | 'file-declined'
      | 'file-ended'
  }
>

/** The same happened to so many files of one folder. */
export type FolderNews = {
  /** To the first of them. */
  readonly event: FileEvent
  readonly folder: string
  readonly count: number
  /** Bytes of all of them. */
  readonly size: number
  readonly numbers: readonly number[]
}

export function fileLines(event: FileEvent, sheet: Sheet): readonly string[] {
  const view = sheet.transferOf(event.transfer)
  const name = 'name' in event ? visible(event.name) : view === undefined ? 'a file' : visible(view.name)
  const number = view === undefined ? '' : ` [${view.number}]`
  switch (event.type) {
    case 'file-offered': {
      // What was offered before one came is never fetched by itself.
      const how = event.history === true && view !== undefined ? ` (:Accept ${view.number} fetches it)` : ''
      const where = event.folder === undefined ? '' : `${visible(event.folder)}/`
      return note(`${offerer(event)}: ${where}${name} (${formatSize(event.size)})${number}${how}`, sheet)
    }
    case 'file-resumed':
      return note(
        `Going on with ${name}: ${formatSize(event.received)} of ${formatSize(event.size)} are there already.`,
        sheet,
      )
    case 'file-interrupted': {
      const how = view === undefined ? '' : `, or :Continue ${view.number},`
      return note(`Not sent to its end: ${name}${number}. The same :File again${how} goes on with it.`, sheet)
    }
    case 'file-waiting':
      return note(`${name} waits for ${waitedFor(event.for, 'its')}, and goes on by itself.`, sheet)
    case 'file-received':
      return paragraph('', `Received ${name}: it is kept as ${visible(event.path)}.`, sheet)
    case 'file-sent':
      return note(`Sent ${name} to ${everyoneOr(event.to)}.`, sheet)
    case 'file-delivered':
      return note(`${visible(event.to)} has ${name}.`, sheet)
    case 'file-declined':
      return note(`${visible(event.by)} does not want ${name}.`, sheet)
    case 'file-ended':
      return trouble(`Not transferred: ${name}: ${visible(event.reason)}`, sheet)
  }
}

export function folderLines(news: FolderNews, sheet: Sheet): readonly string[] {
  const { event, count, size } = news
  if (count === 1) return fileLines(event, sheet)
  const folder = visible(news.folder)
  const files = `${count} files of ${folder}`
  const numbers = news.numbers.length === 0 ? '' : ` [${inRuns(news.numbers)}]`
  switch (event.type) {
    case 'file-offered': {
      const how = event.history === true ? ' (:Accept <n> fetches each)' : ''
      return note(`${offerer(event)}: ${files} (${formatSize(size)})${numbers}${how}`, sheet)
    }
    case 'file-resumed':
      return note(`Going on with ${files}.`, sheet)
    case 'file-interrupted':
      return note(
        `Not sent to their end: ${files}${numbers}. The same :File again, or :Continue <n>, goes on with them.`,
        sheet,
      )
    case 'file-waiting':
      return note(`${files} wait for ${waitedFor(event.for, 'their')}, and go on by themselves.`, sheet)
    case 'file-received': {
      const [kept = ''] = event.path.split('/')
      return paragraph('', `Received ${files}: they are kept in ${visible(kept)}.`, sheet)
    }
    case 'file-sent':
      return note(`Sent ${files} to ${everyoneOr(event.to)}.`, sheet)
    case 'file-delivered':
      return note(`${visible(event.to)} has ${files}.`, sheet)
    case 'file-declined':
      return note(`${visible(event.by)} does not want ${files}.`, sheet)
    case 'file-ended':
      return trouble(`Not transferred: ${files}: ${visible(event.reason)}`, sheet)
  }
}

/** A line of `:Files`. */
export function transferLine(view: TransferView): string {
  const { number, direction, folder, size, done, has = [], declined = [] } = view
  const name = visible(folder === undefined ? view.name : `${folder}/${view.name}`)
  const way = `${direction === 'in' ? 'from' : 'to'} ${everyoneOr(view.with)}`
  const share = `${size === 0 ? 100 : Math.floor((done / size) * 100)}%`
  const others = [
    has.length === 0 ? '' : `; ${has.map(visible).join(', ')} ${has.length === 1 ? 'has' : 'have'} it`,
    declined.length === 0 ? '' : `; not wanted by ${declined.map(visible).join(', ')}`,
  ]
  return `${number}  ${name} ${way}, ${formatShare(done, size)}, ${share}, ${stateOf(view)}${others.join('')}`
}

function stateOf({ number, direction, state, waitsFor, speed, remaining }: TransferView): string {
  switch (state) {
    case 'offered':
      return `offered (:Accept ${number} fetches it)`
    case 'checking':
      return 'what is there already is being checked'
    case 'running':
      return ['on its way', ...pace(speed, remaining)].join(', ')
    case 'paused':
      return `paused (:Continue ${number} goes on)`
    case 'waiting':
      if (waitsFor !== undefined) return `waits for ${waitedFor(waitsFor, 'its')}`
      return 'waits for its turn'
    case 'interrupted':
      return `interrupted (the same :File, or :Continue ${number}, goes on)`
    case 'done':
      return direction === 'in' ? 'received' : 'sent'
    case 'ended':
      return 'ended'
  }
}

const pace = (speed: number | undefined, remaining: number | undefined): readonly string[] => [
  ...(speed === undefined ? [] : [`${formatSize(speed)}/s`]),
  ...(remaining === undefined ? [] : [`${formatDuration(remaining)} left`]),
]

const waitedFor = (what: WaitsFor, whose: 'its' | 'their'): string =>
  what === 'sender' ? `${whose} sender` : 'slower receivers'

const everyoneOr = (to: string): string => (to === 'all' ? 'everyone' : visible(to))

function offerer({ from, to, history }: Extract<FileEvent, { type: 'file-offered' }>): string {
  const whom = to === 'all' ? '' : ' to you alone'
  return `${visible(from)} sent${whom}${history === true ? ' earlier' : ''}`
}

/** `1-3, 7`: of ascending numbers. */
function inRuns(numbers: readonly number[]): string {
  const runs: { readonly first: number; last: number }[] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run !== undefined && number === run.last + 1) run.last = number
    else runs.push({ first: number, last: number })
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')
}
