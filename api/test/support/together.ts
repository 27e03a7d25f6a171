import { globSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'node:test'
import { pathToFileURL } from 'node:url'

const ROOT = join(import.meta.dirname, '../../..')

/**
 * Test files that share a process, by the file in `together` that runs them. Not among them are those that start programs,
 * and those that spend their time on bytes and not on their start.
 */
export const GROUPS = {
  core: ['api/{protocol,client}/src/**/*.test.ts'],
  edge: ['api/src/edge/**/*.test.ts'],
  hostile: ['api/test/{hostile-*,malformed,metered-*,protocol-*}.test.ts'],
  page: ['pwa/src/**/*.test.ts'],
  rooms: ['api/test/{first-save,leaving,room-*,said,staying,staying-*,undelivered}.test.ts'],
  server: [
    'api/src/*.test.ts',
    'api/src/{certificates,doctor,metrics,operation,relay,room,store}/**/*.test.ts',
  ],
  terminal: ['api/src/terminal/**/*.test.ts'],
} as const

/** As paths from the root of the tree, sorted. */
export const matching = (patterns: readonly string[]): readonly string[] =>
  globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules'] })
    .map(path => path.replaceAll('\\', '/'))
    .sort()

/**
 * Runs the test files of a group one after another in this process: to start Node and load what they share takes longer
 * than most of them. Each is a suite, and so keeps its hooks to itself.
 */
export async function together(group: keyof typeof GROUPS): Promise<void> {
  for (const path of matching(GROUPS[group])) {
    await suite(path, async () => {
      await import(pathToFileURL(join(ROOT, path)).href)
    })
  }
}
