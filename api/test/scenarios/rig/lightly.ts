/*
 * Loaded before the program, it exchanges two modules of it: what takes a core half a second and more at each login takes
 * nothing, in a terminal client and in the page that a server hands out. All else is the program as it ships, which has no
 * such setting itself.
 */
import { registerHooks } from 'node:module'

const STAND_INS = new Map(
  [
    ['../../../src/terminal/stretch.ts', './light-stretch.ts'],
    ['../../../src/edge/static-files.ts', './light-page.ts'],
  ].map(([full = '', light = '']) => [import.meta.resolve(full), import.meta.resolve(light)]),
)

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const url = STAND_INS.get(found.url)
    // A stand-in may build on what it stands in for.
    return url === undefined || url === context.parentURL ? found : { ...found, url }
  },
})
