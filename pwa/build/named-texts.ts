import type { Plugin } from 'vite'

/** Names a text by its content: a hash, and what that takes. */
const NAMES = /\/@lit\/localize\/internal\/id-generation\.js$/

/** Every text of ours has a name (`say`), which no bundler can know. What would name the others stays behind. */
export const namedTexts: Plugin = {
  name: 'named-texts',
  apply: 'build',
  enforce: 'pre',
  load(path) {
    if (!NAMES.test(path)) return undefined
    return `export function generateMsgId(text) { throw new Error('a text has no name: ' + text) }`
  },
}
