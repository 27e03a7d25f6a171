import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { build, preview } from 'vite'
import { chromiumPath } from '../rig/chromium.ts'
import config from './vite.config.ts'

export type Stage = AsyncDisposable & {
  readonly browser: Browser
  /** Of a scene, in a language. */
  url(scene: string, language?: string): string
}

/** The app as it is shipped, on a client that only plays, and a browser before it. */
export async function setStage(): Promise<Stage> {
  const outDir = await mkdtemp(join(tmpdir(), 'chat-room-look-'))
  await build({ ...config, configFile: false, build: { ...config.build, outDir } })
  const server = await preview({
    ...config,
    configFile: false,
    build: { outDir },
    preview: { ...config.preview, port: 0 },
  })
  const base = server.resolvedUrls?.local[0] ?? ''
  const browser = await chromium.launch({ executablePath: await chromiumPath() })
  return {
    browser,
    url: (scene, language = 'en') => `${base}?scene=${scene}&language=${language}`,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await server.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}
