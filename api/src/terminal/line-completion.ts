import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { RoomClient } from '@chat-room/client'
import { completableAt, complete, parseRelativePath } from '@chat-room/protocol'
import { isAtOrBelow } from './file-source.ts'
import type { LineCompletion } from './screen.ts'

const MOST_NAMES = 1_000
const MOST_CHOICES = 60

/** Completes commands, aliases, numbers of files and, within `directory`, paths. */
export async function completeLine(
  text: string,
  client: Pick<RoomClient, 'aliases' | 'transfers'>,
  directory: string,
): Promise<LineCompletion> {
  const wanted = completableAt(text, text.length)
  const { replaceFrom, candidates } = complete(text, text.length, {
    aliases: client.aliases,
    transfers: client.transfers.map(transfer => transfer.number),
    ...(wanted?.kind === 'path' ? { names: await namesIn(directory, wanted.folder) } : {}),
  })
  const typed = text.slice(replaceFrom)
  const common = commonStart(candidates.map(candidate => candidate.insert))
  const isProgress = candidates.length === 1 ? common !== typed : common.length > typed.length
  if (isProgress) return { replacement: { insert: common, typed }, choices: [] }
  const labels = candidates.map(candidate => candidate.label)
  const rest = labels.length > MOST_CHOICES ? ['...'] : []
  return { choices: candidates.length > 1 ? [...labels.slice(0, MOST_CHOICES), ...rest] : [] }
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...rest] = texts
  const characters = [...first]
  while (!rest.every(text => text.startsWith(characters.join('')))) characters.pop()
  return characters.join('')
}

/** What lies in a folder as it was typed, directories with a `/`; nothing where M10 forbids to look. */
async function namesIn(directory: string, folder: string): Promise<readonly string[]> {
  const parsed = parseRelativePath(folder === '' ? '.' : folder)
  if (!parsed.ok) return []
  try {
    const root = await realpath(directory)
    const place = await realpath(join(root, ...parsed.value))
    if (!isAtOrBelow(root, place)) return []
    const entries = await readdir(place, { withFileTypes: true })
    return entries
      .map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .filter(name => parseRelativePath(name).ok)
      .sort()
      .slice(0, MOST_NAMES)
  } catch {
    // A folder that cannot be listed offers nothing; sending from it will say why.
    return []
  }
}
