import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { build } from 'vite'
import type { edge as harness } from './edge-harness.ts'

declare global {
  /** In the page alone. */
  var edge: typeof harness
}

const PATH = '/edge/'
const HARNESS = join(import.meta.dirname, 'edge-harness.ts')

type Script = { readonly path: string; readonly body: string | Uint8Array }

let built: Promise<readonly Script[]> | undefined

/** The modules of the edge as the page's build makes them. */
async function buildHarness(): Promise<readonly Script[]> {
  const result = await build({
    configFile: join(import.meta.dirname, '../../vite.config.ts'),
    base: PATH,
    publicDir: false,
    logLevel: 'warn',
    build: { write: false, rolldownOptions: { input: HARNESS, output: { entryFileNames: 'harness.js' } } },
  })
  if (!('output' in result)) throw new Error('the build of the harness made no single output')
  return result.output.map(each => ({
    path: PATH + each.fileName,
    body: each.type === 'chunk' ? each.code : each.source,
  }))
}

/** A page of the room's own origin and policy that has `edge` and nothing else. */
export async function openEdge(context: BrowserContext, url: string): Promise<Page> {
  built ??= buildHarness()
  const scripts = await built
  await context.route(`${url}${PATH}**`, async route => {
    const { pathname } = new URL(route.request().url())
    const script = scripts.find(({ path }) => path === pathname)
    if (script === undefined) return await route.abort()
    // A worker is refused that does not isolate itself as its page does.
    const headers = { 'content-type': 'text/javascript', 'cross-origin-embedder-policy': 'require-corp' }
    await route.fulfill({ body: Buffer.from(script.body), headers })
  })
  const page = await context.newPage()
  // A document without a script of its own, and with the policy that all of them have.
  await page.goto(`${url}/healthz`)
  await page.evaluate(async path => {
    await import(path)
  }, `${PATH}harness.js`)
  return page
}
