import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vite'

const TEXTS = /\/src\/locales\/(\w+)-texts\.ts$/

const SRC = join(import.meta.dirname, '../src')

type Texts = Readonly<Record<string, (...values: never[]) => string>>

/** What is said, in the form of a translation: by names, `{0}` where the first parameter goes. */
export const tableOf = (texts: Texts): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, say]) => {
      const places = Array.from({ length: say.length }, (_, index) => `{${index}}`)
      const text = say(...(places as never[]))
      const lost = places.find(place => !text.includes(place))
      if (lost !== undefined) throw new Error(`the text ${name} puts in something else than its parameters`)
      return [name, text]
    }),
  )

/** English is shipped as other languages are, as data. Its source is functions, so that what is put in has types. */
export const textsAsData: Plugin = {
  name: 'texts-as-data',
  apply: 'build',
  async load(path) {
    const [, name] = TEXTS.exec(path) ?? []
    if (name === undefined) return undefined
    const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, Texts>>
    const [exported = '', texts = {}] = Object.entries(module)[0] ?? []
    const source = JSON.stringify(tableOf(texts))
    const file = this.emitFile({ type: 'asset', name: `en-${name}.json`, source })
    return `
      import { fetchTable } from ${JSON.stringify(join(SRC, 'edge/fetch-table.ts'))}
      import { textsOf } from ${JSON.stringify(join(SRC, 'locales/texts-of.ts'))}
      export const ${exported} = textsOf(await fetchTable(import.meta.ROLLUP_FILE_URL_${file}))
    `
  },
}
