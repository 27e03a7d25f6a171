import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChromium } from './chromium.ts'
import { startFirefox } from './firefox.ts'
import type { Browser, BrowserOptions, Engine } from './tab.ts'
import { startWebKit } from './webkit.ts'

const START: Readonly<Record<Engine, (options: BrowserOptions) => Promise<Browser>>> = {
  chromium: startChromium,
  firefox: startFirefox,
  webkit: startWebKit,
}

export const ENGINES = Object.keys(START) as readonly Engine[]

/** A browser with a directory of its own, which goes with it. */
export async function startBrowser(engine: Engine, authority?: string): Promise<Browser> {
  const directory = await mkdtemp(join(tmpdir(), `chat-room-${engine}-`))
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 5 })
  try {
    const browser = await START[engine]({ directory, ...(authority === undefined ? {} : { authority }) })
    return {
      ...browser,
      async [Symbol.asyncDispose]() {
        await browser[Symbol.asyncDispose]()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
