import { join } from 'node:path'

type Context = {
  getModuleInfo(path: string): { readonly importedIds: readonly string[] } | null
}

type Chunk = {
  readonly name: (path: string, context: Context) => string | null
  readonly debugName: string
  readonly priority: number
}

const inRoot = (path: string): string => join(import.meta.dirname, '../..', path)

/**
 * What is needed together is one script: cut up by who else uses what, it would be a dozen, each asked for and compressed by
 * itself. `first` must run before the enter screen is usable; `inside` is what whoever comes in needs, of the core and of the
 * page: all of it is asked for while the password is being stretched. `kept` is for whoever stays.
 */
export const chunks: readonly Chunk[] = [
  chunk('first', 2, ['pwa/src/main.ts']),
  chunk('inside', 1, [
    'api/client/src/joining.ts',
    'pwa/src/edge/file-desk.ts',
    'pwa/src/elements/alias-step.ts',
    'pwa/src/elements/room-screen.ts',
  ]),
  chunk('kept', 0, ['pwa/src/edge/kept-memory.ts', 'pwa/src/edge/room-database.ts']),
]

function chunk(debugName: string, priority: number, entries: readonly string[]): Chunk {
  const paths = entries.map(inRoot)
  const known = new WeakMap<Context, ReadonlySet<string>>()
  const neededBy = (context: Context): ReadonlySet<string> => {
    const found = known.get(context) ?? reach(paths, context)
    known.set(context, found)
    return found
  }
  return { name: (path, context) => (neededBy(context).has(path) ? debugName : null), debugName, priority }
}

/** With all that is imported, and not what is loaded later. */
function reach(entries: readonly string[], context: Context): ReadonlySet<string> {
  const needed = new Set(entries)
  // A set that grows is walked to its end.
  for (const path of needed) {
    for (const each of context.getModuleInfo(path)?.importedIds ?? []) needed.add(each)
  }
  return needed
}
