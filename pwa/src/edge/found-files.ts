import type { FileProblem, Found } from '@chat-room/client'
import { FOLDER_LIMITS, FOLDER_TOO_LARGE, parseRelativePath } from '@chat-room/protocol'

type FoundFile = Found['files'][number]

/** Of those that are left out for one reason, so many are named. */
const NAMED = 3

const NOTHING = 'There is nothing in this folder that can be sent.'

/** Those of a folder that are sent, and in words why others are not; `path` and `folder` end in each one's name and folder. */
export function foundIn(inside: readonly FoundFile[]): Found | FileProblem {
  if (inside.length > FOLDER_LIMITS.files) return { problem: FOLDER_TOO_LARGE }
  const files: FoundFile[] = []
  const left = new Map<string, string[]>()
  // By code units: the same in every browser.
  for (const each of inside.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const shown = `${each.folder}/${each.path.slice(each.path.lastIndexOf('/') + 1)}`
    const why = unsendable(shown)
    if (why === undefined) files.push(each)
    else left.set(why, [...(left.get(why) ?? []), shown])
  }
  const omitted = Array.from(left, ([why, names]) => {
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
    return `Left out (${why}): ${names.slice(0, NAMED).join(', ')}${more}.`
  })
  return files.length > 0 ? { files, omitted } : { problem: [NOTHING, ...omitted].join(' ') }
}

/** Why what lies there is not sent with its folder. */
function unsendable(path: string): string | undefined {
  const components = path.split('/')
  // Nobody who sends a folder means the keys, the history and the settings in it that no listing shows.
  if (components.some(component => component.startsWith('.'))) return 'hidden'
  if (components.length - 1 > FOLDER_LIMITS.depth) return 'too deep in folders'
  return parseRelativePath(path).ok ? undefined : 'a name with a backslash or a control character'
}
