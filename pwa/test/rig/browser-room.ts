import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { Room, type RoomOptions } from '../../../api/test/scenarios/rig/room.ts'
import { chromiumPath } from './chromium.ts'
import { Visitor, type VisitorOptions } from './visitor.ts'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none']

/** The real server in a process of its own, and a browser that takes its test key for good. */
export class BrowserRoom implements AsyncDisposable {
  readonly room: Room
  readonly browser: Browser
  readonly #visitors: Visitor[] = []

  static async start(options?: RoomOptions): Promise<BrowserRoom> {
    const room = await Room.start(options)
    try {
      const executablePath = await chromiumPath()
      const pin = `--ignore-certificate-errors-spki-list=${await pinOf(room)}`
      const browser = await chromium.launch({ executablePath, args: [...FLAGS, pin] })
      return new BrowserRoom(room, browser)
    } catch (error) {
      await room[Symbol.asyncDispose]()
      throw error
    }
  }

  private constructor(room: Room, browser: Browser) {
    this.room = room
    this.browser = browser
  }

  get url(): string {
    return this.room.url
  }

  /** Somebody with a device of their own, who has opened nothing yet. */
  async visitor(name: string, options: VisitorOptions = {}): Promise<Visitor> {
    const context = await this.browser.newContext({ ...options.context })
    const visitor = await Visitor.create(name, context, options.url ?? this.url)
    this.#visitors.push(visitor)
    return visitor
  }

  /** Fails if any page complained. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const visitor of this.#visitors) await visitor[Symbol.asyncDispose]()
    } finally {
      await this.browser.close()
      await this.room[Symbol.asyncDispose]()
    }
  }
}

/** What the browser knows the server's key by: SHA-256 of its SubjectPublicKeyInfo. */
async function pinOf({ certsDirectory }: Room): Promise<string> {
  const { publicKey } = new X509Certificate(await readFile(join(certsDirectory, 'server.crt')))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('base64')
}
