import type { Plugin } from 'vite'

const OURS = /\/pwa\/src\/.*(?<!\.test)\.ts$/
const STYLES = /(?<=\bcss`)[^`]*(?=`)/g
const INDENT = /\n\s+/g

/** What is written to be read is also what is sent: templates lose their indents, and style sheets all that says nothing. */
export const smallerTemplates: Plugin = {
  name: 'smaller-templates',
  apply: 'build',
  enforce: 'pre',
  transform(code, path) {
    if (!OURS.test(path)) return undefined
    // Outside of templates no indent says anything either; a line break may.
    return { code: code.replace(STYLES, minifyStyles).replace(INDENT, '\n'), map: null }
  },
}

const minifyStyles = (styles: string): string =>
  styles
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    // Not in selectors: there a space after a colon cannot be.
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
    .trim()
