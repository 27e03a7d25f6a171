import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../../../api/test/scenarios/rig/free-port.ts'
import { OwnProcess } from './own-process.ts'
import type { Browser, BrowserOptions, InPage, Plain, Tab } from './tab.ts'
import { makeBundle, makeHome, SYSTEM_BUNDLE } from './trust.ts'
import { WebDriver } from './webdriver.ts'

const APP = join(import.meta.dirname, 'webkit-app.py')

/** Puts another bundle in the place of the system's, for one program and what it starts: nothing else can tell it whom to trust. */
const TRUSTING = 'mount --bind "$BUNDLE" "$0" && exec "$@"'

/**
 * WebKitGTK in a browser of our own, since the one that Debian's driver starts keeps nothing on the disk. Each tab is a process:
 * a session of its driver has no other way to be somebody else.
 */
export async function startWebKit({ directory, authority }: BrowserOptions): Promise<Browser> {
  await using started = new AsyncDisposableStack()
  const [downloads, bundle] = [join(directory, 'downloads'), join(directory, 'authorities.pem')]
  await mkdir(downloads, { recursive: true })
  await makeBundle(bundle, authority)
  const screen = started.use(
    new OwnProcess('sh', ['-c', 'exec Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp']),
  )
  const display = await screen.says(/^(\d+)$/)
  const all = started.move()
  let count = 0
  return {
    engine: 'webkit',
    downloads,
    async newTab() {
      const own = join(directory, `tab-${++count}`)
      const env = {
        ...(await makeHome(own)),
        BUNDLE: bundle,
        DISPLAY: `:${display}`,
        GDK_BACKEND: 'x11',
        LIBGL_ALWAYS_SOFTWARE: '1',
        WEBKIT_DISABLE_DMABUF_RENDERER: '1',
        NO_AT_BRIDGE: '1',
        CHAT_ROOM_DATA: join(own, 'data'),
        CHAT_ROOM_DOWNLOADS: downloads,
      }
      const port = await freePort()
      const command = ['WebKitWebDriver', '-p', String(port)]
      all.use(
        new OwnProcess('unshare', ['--mount', 'sh', '-c', TRUSTING, SYSTEM_BUNDLE, ...command], { env }),
      )
      const session = await WebDriver.open(`http://127.0.0.1:${port}`, {
        browserName: 'chat-room',
        'webkitgtk:browserOptions': { binary: APP, args: [] },
      })
      return new WebKitTab(session)
    },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  }
}

class WebKitTab implements Tab {
  readonly #session: WebDriver

  constructor(session: WebDriver) {
    this.#session = session
  }

  async goto(url: string): Promise<void> {
    await this.#session.send('url', { url })
    // The driver takes the page that says why for the one that was asked for.
    const shown = await this.evaluate(() => document.URL)
    if (!shown.startsWith(url))
      throw new Error(`${url} was refused: ${await this.evaluate(() => document.body.innerText)}`)
  }

  async evaluate<Args extends readonly Plain[], Result>(
    body: InPage<Args, Result>,
    ...args: Args
  ): Promise<Result> {
    return await this.#session.call<Result>(called(body, args))
  }

  async wait<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void> {
    await this.#session.find(called(find, args))
  }

  async click<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void> {
    await this.#session.send(`${await this.#session.find(called(find, args))}/click`, {})
  }

  async type<Args extends readonly Plain[]>(
    text: string,
    find: InPage<Args, Element>,
    ...args: Args
  ): Promise<void> {
    const element = await this.#session.find(called(find, args))
    // The standard's name of the Enter key.
    await this.#session.send(`${element}/value`, { text: text.replaceAll('\n', '\uE007') })
  }

  async pick<Args extends readonly Plain[]>(
    path: string,
    find: InPage<Args, Element>,
    ...args: Args
  ): Promise<void> {
    await this.#session.send(`${await this.#session.find(called(find, args))}/value`, { text: path })
  }

  async close(): Promise<void> {
    // Its driver cannot close the only window of a session: whoever leaves a page ends it as well.
    await this.goto('about:blank')
  }
}

const called = (body: unknown, args: readonly Plain[]): string =>
  `async () => (${body})(...${JSON.stringify(args)})`
