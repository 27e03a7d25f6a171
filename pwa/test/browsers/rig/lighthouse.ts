import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EXECUTABLE, FLAGS } from './chromium.ts'

/** What is to be installed, by a lock file of its own. */
export const LIGHTHOUSE_PACKAGE = join(import.meta.dirname, '../lighthouse')

const { dependencies } = JSON.parse(readFileSync(join(LIGHTHOUSE_PACKAGE, 'package.json'), 'utf8'))
const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')

export const LIGHTHOUSE_CACHE = join(caches, 'chat-room', `lighthouse-${dependencies.lighthouse}`)
export const LIGHTHOUSE = join(LIGHTHOUSE_CACHE, 'node_modules/lighthouse/cli/index.js')

const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const

/** Of each category from 0 to 100, and the titles of those audits that cost something. */
export type Scores = {
  readonly scores: Readonly<Record<(typeof CATEGORIES)[number], number>>
  readonly lost: readonly string[]
}

type Report = {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
  readonly audits: Readonly<Record<string, { readonly title: string; readonly score: number | null }>>
}

/** Looks at a page as at one that a phone opens over a slow line; `env` says in which home Chromium trusts it. */
export async function inspect(url: string, env: Readonly<Record<string, string>>): Promise<Scores> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      LIGHTHOUSE,
      url,
      '--quiet',
      '--output=json',
      `--only-categories=${CATEGORIES.join(',')}`,
      `--chrome-flags=${['--headless=new', ...FLAGS].join(' ')}`,
    ],
    { env: { ...process.env, ...env, CHROME_PATH: EXECUTABLE }, maxBuffer: 64 * 2 ** 20 },
  )
  const { categories, audits } = JSON.parse(stdout) as Report
  const scores = CATEGORIES.map(name => [name, Math.round((categories[name]?.score ?? 0) * 100)])
  const lost = Object.values(audits).filter(({ score }) => score !== null && score < 0.9)
  return { scores: Object.fromEntries(scores), lost: lost.map(({ title }) => title) }
}
