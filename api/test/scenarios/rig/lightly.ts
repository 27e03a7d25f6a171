/*
 * Loaded before the program, it exchanges two modules of it: what takes a core half a second and more at each login takes
 * nothing, in a terminal client and in the page that a server hands out. All else is the program as it ships, which has no
 * such setting itself.
 */
import { registerHooks } from 'node:module'

const STAND_INS = new Map([
  [import.meta.resolve('../../../src/terminal/stretch.ts'), import.meta.resolve('./light-stretch.ts')],
  [import.meta.resolve('../../../src/edge/static-files.ts'), import.meta.resolve('./light-page.ts')],
])

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const url = STAND_INS.get(found.url)
    // A stand-in may build on what it stands in for.
    return url === undefined || url === context.parentURL ? found : { ...found, url }
  },
})
