import { join } from 'node:path'
import type { Plugin } from 'vite'

const OURS = /\/pwa\/src\/.*(?<!\.test)\.ts$/
const TEMPLATES = /(?<![\w`])css`([^`]*)`/g

/** Fetches what such style sheets have become: no other code knows where they lie. */
const FETCH_SHEETS = join(import.meta.dirname, '../src/edge/fetch-sheets.ts')

/** Stand in a module until it is known which script it is part of: the file of that script's sheets, and a line there. */
const FILE = '"@sheets@"'
const LINE = /"@sheet (\d+)@"/g

/**
 * Styles are written beside what they style, as `css` templates of Lit. As script they would be read twice; so each script
 * has those of its modules in one file, a sheet a line, and waits for it: nothing is ever seen without its style.
 */
export function sheetsAsFiles(): Plugin {
  const sheets: string[] = []
  let base = '/'
  return {
    name: 'sheets-as-files',
    apply: 'build',
    enforce: 'pre',
    configResolved(config) {
      base = config.base
    },
    transform(code, path) {
      if (!OURS.test(path) || code.search(TEMPLATES) === -1) return undefined
      const rest = code.replace(TEMPLATES, (_, rules: string) => {
        return `sheets["@sheet ${sheets.push(minify(rules)) - 1}@"]`
      })
      const imports = `import { fetchSheets } from ${JSON.stringify(FETCH_SHEETS)}`
      return { code: `${imports}\nconst sheets = await fetchSheets(${FILE})\n${rest}`, map: null }
    },
    renderChunk(code, { name }) {
      const lines: string[] = []
      const rest = code.replace(LINE, (_, index: string) => `${lines.push(sheets[Number(index)] ?? '') - 1}`)
      if (lines.length === 0) return undefined
      const asset = this.emitFile({ type: 'asset', name: `${name}-sheets.css`, source: lines.join('\n') })
      return { code: rest.replaceAll(FILE, JSON.stringify(base + this.getFileName(asset))), map: null }
    },
  }
}

const minify = (rules: string): string =>
  rules
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    // Not in selectors: there a space after a colon cannot be.
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
    .trim()
