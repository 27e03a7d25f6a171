import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BiDi } from './bidi.ts'
import { OwnProcess } from './own-process.ts'
import type { Browser, BrowserOptions, InPage, Plain, Tab } from './tab.ts'
import { makeHome, makeNssDatabase } from './trust.ts'

type Evaluated =
  | {
      readonly type: 'success'
      readonly result: { readonly type: string; readonly value?: string; readonly sharedId?: string }
    }
  | { readonly type: 'exception'; readonly exceptionDetails: { readonly text: string } }

/** WebDriver's name of the Enter key, in its own plane of characters. */
const ENTER = '\uE007'

/** Debian's Firefox, each tab in a container of its own: they share no storage and no service worker. */
export async function startFirefox({ directory, authority }: BrowserOptions): Promise<Browser> {
  const [profile, downloads] = [join(directory, 'profile'), join(directory, 'downloads')]
  await mkdir(downloads, { recursive: true })
  await makeNssDatabase(profile, authority)
  await writeFile(join(profile, 'user.js'), preferences(downloads))
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  const firefox = new OwnProcess('firefox-esr', args, { env: await makeHome(directory) })
  try {
    const address = await firefox.says(/WebDriver BiDi listening on (ws:\S+)/)
    const connection = await BiDi.connect(`${address}/session`)
    await connection.send('session.new', { capabilities: {} })
    return {
      engine: 'firefox',
      downloads,
      async newTab() {
        const { userContext } = await connection.send<{ userContext: string }>(
          'browser.createUserContext',
          {},
        )
        const { context } = await connection.send<{ context: string }>('browsingContext.create', {
          type: 'tab',
          userContext,
        })
        return new FirefoxTab(connection, context)
      },
      async [Symbol.asyncDispose]() {
        connection.close()
        await firefox[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await firefox[Symbol.asyncDispose]()
    throw error
  }
}

class FirefoxTab implements Tab {
  readonly #connection: BiDi
  readonly #context: string

  constructor(connection: BiDi, context: string) {
    this.#connection = connection
    this.#context = context
  }

  async goto(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { url, wait: 'complete' })
  }

  async evaluate<Args extends readonly Plain[], Result>(
    body: InPage<Args, Result>,
    ...args: Args
  ): Promise<Result> {
    // One text is easier to take than the protocol's own form of values.
    const { value } = await this.#call(
      `async () => JSON.stringify(await (${body})(...${JSON.stringify(args)}))`,
    )
    return (value === undefined ? undefined : JSON.parse(value)) as Result
  }

  async wait<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void> {
    await this.#find(find, args)
  }

  async click<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void> {
    const element = await this.#find(find, args)
    await this.#send('input.performActions', {
      actions: [
        {
          type: 'pointer',
          id: 'mouse',
          actions: [
            { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element } },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ],
        },
      ],
    })
  }

  async type<Args extends readonly Plain[]>(
    text: string,
    find: InPage<Args, Element>,
    ...args: Args
  ): Promise<void> {
    await this.click(find, ...args)
    const keys = [...text.replaceAll('\n', ENTER)]
    const actions = keys.flatMap(value => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ])
    await this.#send('input.performActions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
  }

  async pick<Args extends readonly Plain[]>(
    path: string,
    find: InPage<Args, Element>,
    ...args: Args
  ): Promise<void> {
    const element = await this.#find(find, args)
    await this.#send('input.setFiles', { element, files: [path] })
  }

  async close(): Promise<void> {
    await this.#send('browsingContext.close', {})
  }

  async #find<Args extends readonly Plain[]>(find: InPage<Args, Element>, args: Args) {
    // A pointer reaches only what is in view.
    const { sharedId } = await this.#call(`async () => {
      const found = await (${find})(...${JSON.stringify(args)})
      found.scrollIntoView({ block: 'nearest', behavior: 'instant' })
      return found
    }`)
    if (sharedId === undefined) throw new Error('what was found is no element')
    return { sharedId }
  }

  async #call(functionDeclaration: string) {
    const evaluated = await this.#connection.send<Evaluated>('script.callFunction', {
      functionDeclaration,
      target: { context: this.#context },
      awaitPromise: true,
    })
    if (evaluated.type === 'exception') throw new Error(evaluated.exceptionDetails.text)
    return evaluated.result
  }

  #send(method: string, params: object): Promise<unknown> {
    return this.#connection.send(method, { context: this.#context, ...params })
  }
}

/** As a person has it who lets downloads begin without a question. */
function preferences(downloads: string): string {
  const values = {
    'browser.download.dir': downloads,
    'browser.download.folderList': 2,
    'browser.download.useDownloadDir': true,
    'browser.download.always_ask_before_handling_new_types': false,
    'browser.download.alwaysOpenPanel': false,
    // It looks for itself on the network whether there is one.
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'app.normandy.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'browser.shell.checkDefaultBrowser': false,
  }
  return Object.entries(values)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('')
}
