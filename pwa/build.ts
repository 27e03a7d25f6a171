import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Built, buildIfStale } from '../api/build/stale.ts'

/** The page: precompressed, and with a service worker that knows every file. */
export const page: Built = {
  dist: join(import.meta.dirname, 'dist'),
  root: join(import.meta.dirname, '..'),
  // Sources, what is installed, and the policy that documents are stored with.
  inputs: [
    'pwa/src',
    'pwa/public',
    'pwa/build',
    'pwa/index.html',
    'pwa/vite.config.ts',
    'pwa/build.ts',
    'api/client/src',
    'api/client/package.json',
    'api/protocol/src',
    'api/protocol/package.json',
    'api/src/app-policies.ts',
    'package-lock.json',
  ],
  async make(directory) {
    const { bundle } = await import('./build/bundle.ts')
    await bundle(import.meta.dirname, directory)
  },
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildIfStale(page)
