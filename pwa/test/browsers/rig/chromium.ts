import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type ElementHandle, type Page } from 'playwright-core'
import type { Browser, BrowserOptions, InPage, Plain, Tab } from './tab.ts'
import { makeHome, makeNssDatabase } from './trust.ts'

export const EXECUTABLE = '/usr/bin/chromium'

/** It runs as root, on machines with little shared memory, and talks to nobody of its own accord. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]

/** An environment in which Chromium trusts that authority. */
export async function trustingHome({ directory, authority }: BrowserOptions) {
  const env = await makeHome(directory)
  await makeNssDatabase(join(directory, 'home/.pki/nssdb'), authority)
  return env
}

/** Debian's Chromium, each tab a profile of its own. */
export async function startChromium(options: BrowserOptions): Promise<Browser> {
  const downloads = join(options.directory, 'downloads')
  await mkdir(downloads, { recursive: true })
  const env = { ...process.env, ...(await trustingHome(options)) } as Record<string, string>
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, env })
  const whole = await browser.newBrowserCDPSession()
  return {
    engine: 'chromium',
    downloads,
    async newTab() {
      const context = await browser.newContext()
      const page = await context.newPage()
      const session = await context.newCDPSession(page)
      const { targetInfo } = await session.send('Target.getTargetInfo')
      // Under their own names, as a person gets them.
      await whole.send('Browser.setDownloadBehavior', {
        behavior: 'allow',
        downloadPath: downloads,
        ...(targetInfo.browserContextId === undefined
          ? {}
          : { browserContextId: targetInfo.browserContextId }),
      })
      return new ChromiumTab(page)
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

class ChromiumTab implements Tab {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url)
  }

  async evaluate<Args extends readonly Plain[], Result>(
    body: InPage<Args, Result>,
    ...args: Args
  ): Promise<Result> {
    return await this.#page.evaluate<Result>(called(body, args))
  }

  async wait<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void> {
    await this.#find(find, args)
  }

  async click<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void> {
    await (await this.#find(find, args)).click()
  }

  async type<Args extends readonly Plain[]>(
    text: string,
    find: InPage<Args, Element>,
    ...args: Args
  ): Promise<void> {
    const element = await this.#find(find, args)
    await element.focus()
    await this.#page.keyboard.type(text)
  }

  async pick<Args extends readonly Plain[]>(
    path: string,
    find: InPage<Args, Element>,
    ...args: Args
  ): Promise<void> {
    await (await this.#find(find, args)).setInputFiles(path)
  }

  async close(): Promise<void> {
    await this.#page.close()
  }

  async #find<Args extends readonly Plain[]>(
    find: InPage<Args, Element>,
    args: Args,
  ): Promise<ElementHandle<Node>> {
    const element = (await this.#page.evaluateHandle(called(find, args))).asElement()
    if (element === null) throw new Error('what was found is no element')
    return element
  }
}

const called = (body: unknown, args: readonly Plain[]): string => `(${body})(...${JSON.stringify(args)})`
