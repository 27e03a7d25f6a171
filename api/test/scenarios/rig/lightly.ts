/*
 * Loaded before the terminal client, it exchanges one module of it: what takes a core half a second and more at each
 * login takes nothing. All else is the program as it ships, which has no such setting itself.
 */
import { registerHooks } from 'node:module'

const FULL = import.meta.resolve('../../../src/terminal/stretch.ts')
const LIGHT = import.meta.resolve('./light-stretch.ts')

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return found.url === FULL ? { ...found, url: LIGHT } : found
  },
})
