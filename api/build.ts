import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Built, buildIfStale } from './build/stale.ts'

/** The server and the terminal client, without what a start would have to look for, strip of types and leave unused. */
export const program: Built = {
  dist: join(import.meta.dirname, 'dist'),
  root: join(import.meta.dirname, '..'),
  inputs: [
    'api/src',
    'api/build',
    'api/build.ts',
    'api/client',
    'api/protocol',
    'certs',
    'package-lock.json',
  ],
  async make(directory) {
    const { bundle } = await import('./build/bundle.ts')
    await bundle(import.meta.dirname, directory)
  },
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildIfStale(program)
