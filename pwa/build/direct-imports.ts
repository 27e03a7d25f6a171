import type { Plugin, Rolldown } from 'vite'

/** What the bundler asks for each part through, to preload others with it. There are none. */
const HELPER = '\0vite/preload-helper.js'

/** What that helper would preload. */
const TO_PRELOAD = /^const __vite__mapDeps=.*\n/

/** An import as it is minified, inside of that helper's call or outside. The names are those that are made use of. */
const IMPORT =
  /[\w$]+\(\(\)=>import\(["'`](?<all>\.\/[^"'`]+)["'`]\),(?:\[\]|__vite__mapDeps\([^)]*\))\)|[\w$]+\(async\(\)=>\{let\{(?<names>[^}]*)\}=await import\(["'`](?<some>\.\/[^"'`]+)["'`]\);return\{[^}]*\}\},(?:\[\]|__vite__mapDeps\([^)]*\))\)|import\(["'`](?<bare>\.\/[^"'`]+)["'`]\)/g

/** A script that has nothing but another one's exports, under the names that are asked for. */
const FACADE = /^(?:import["'`](\.\/[^"'`]+)["'`];)?(?:export\{([^}]*)\}from["'`](\.\/[^"'`]+)["'`];)?\s*$/

type Facade = { readonly from: string; readonly inside: ReadonlyMap<string, string> }

/** What is loaded later is asked for by its own name: not through a helper, and not through a script that only names it. */
export const directImports: Plugin = {
  name: 'direct-imports',
  apply: 'build',
  enforce: 'pre',
  load: id => (id === HELPER ? 'export const __vitePreload = load => load()' : undefined),
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const chunks = Object.values(bundle).filter(each => each.type === 'chunk')
      const facades = new Map<string, Facade>()
      for (const chunk of chunks) {
        const facade = facadeOf(chunk)
        if (facade === undefined) continue
        facades.set(nameOf(chunk.fileName), facade)
        delete bundle[chunk.fileName]
      }
      for (const chunk of chunks) {
        chunk.code = chunk.code.replace(TO_PRELOAD, '').replace(IMPORT, (...match) => {
          const { all, some, bare, names } = match.at(-1) as Partial<Record<string, string>>
          const path = all ?? some ?? bare ?? ''
          const wanted = names?.split(',').map(name => name.replace(/:.*/, ''))
          const facade = facades.get(nameOf(path))
          if (facade === undefined) return `import("${path}")`
          // What it stands for lies beside it, wherever it is asked for.
          return direct({ ...facade, from: path.replace(nameOf(path), nameOf(facade.from)) }, wanted)
        })
      }
    },
  },
}

const nameOf = (path: string): string => path.replace(/^.*\//, '')

/** Undefined: it is more than that. */
function facadeOf({ code, isDynamicEntry }: Rolldown.OutputChunk): Facade | undefined {
  const [, alone, exported = '', from = alone] = (isDynamicEntry && FACADE.exec(code)) || []
  if (from === undefined) return undefined
  const names = exported === '' ? [] : exported.split(',').map(name => name.split(' as '))
  return { from, inside: new Map(names.map(([inside = '', outside = inside]) => [outside, inside])) }
}

function direct({ from, inside }: Facade, wanted: readonly string[] = [...inside.keys()]): string {
  const fields = wanted.map(name => `${name}:m.${inside.get(name)}`)
  return fields.length === 0 ? `import("${from}")` : `import("${from}").then(m=>({${fields}}))`
}
