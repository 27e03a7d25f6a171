import { rolldown } from 'rolldown'
import { licences } from './licences.ts'
import { workersAsPrograms } from './workers-as-programs.ts'

/** Native code, and what is looked for in case somebody installed it. */
const NOT_BUNDLED = ['bufferutil', 'utf-8-validate']

/** Globals that @hono/node-ws has its own for, and of which the first use loads all of `fetch`, too. */
const UNDEFINED = { 'globalThis.CloseEvent': 'undefined' }

/**
 * CommonJS, since Node reads out all that a module of its own exports as soon as an ES module imports it: of `node:http` that
 * is `fetch` and all that belongs to it, a fifth of a start. Names and lines stay, so that what is logged of an error can be read.
 */
export async function bundle(root: string, directory: string): Promise<void> {
  const build = await rolldown({
    cwd: root,
    input: { cli: 'src/cli.ts', health: 'src/health.ts' },
    platform: 'node',
    external: NOT_BUNDLED,
    transform: { define: UNDEFINED },
    plugins: [workersAsPrograms, licences],
  })
  await build.write({
    dir: directory,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  })
  await build.close()
}
