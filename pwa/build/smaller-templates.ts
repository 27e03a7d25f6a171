import type { Plugin } from 'vite'

const OURS = /\/pwa\/src\/.*(?<!\.test)\.ts$/
const INDENT = /\n\s+/g

/** Templates are indented to be read, and sent without that. */
export const smallerTemplates: Plugin = {
  name: 'smaller-templates',
  apply: 'build',
  enforce: 'pre',
  transform(code, path) {
    if (!OURS.test(path)) return undefined
    // Outside of templates no indent says anything either; a line break may.
    return { code: code.replace(INDENT, '\n'), map: null }
  },
}
