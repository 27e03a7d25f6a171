import { registerHooks } from 'node:module'

/*
 * The project's server, but that its rooms are those of the tests' store: what is acknowledged is gone with the process.
 * Nobody can ask for this; it is here to tell what durability costs.
 */
const MEMORY = new URL('./memory-store.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith('/sqlite-room-store.ts')
      ? { url: MEMORY, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
})

await import('../../src/cli.ts')
