import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vite'

/** Fetches what such a table has become: no other code knows where it lies. */
const FETCH_TABLE = join(import.meta.dirname, '../src/edge/fetch-table.ts')

/**
 * A `*.table.ts` is data, and as script it would be parsed before anything else runs: the page fetches it as a file of its own.
 * Whoever imports the table waits for it, and cannot tell the difference.
 */
export const tablesAsData: Plugin = {
  name: 'tables-as-data',
  apply: 'build',
  async load(path) {
    if (!path.endsWith('.table.ts')) return undefined
    const table = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
    const file = this.emitFile({
      type: 'asset',
      name: `${basename(path, '.table.ts')}.json`,
      source: JSON.stringify(table),
    })
    return `
      import { fetchTable } from ${JSON.stringify(FETCH_TABLE)}
      export const { ${Object.keys(table).join(', ')} } = await fetchTable(import.meta.ROLLUP_FILE_URL_${file})
    `
  },
}
