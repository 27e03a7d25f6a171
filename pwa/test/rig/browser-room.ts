import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { Room, type RoomOptions } from '../../../api/test/scenarios/rig/room.ts'
import { chromiumPath } from './chromium.ts'
import { Visitor, type VisitorOptions } from './visitor.ts'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none']

export type BrowserRoomOptions = RoomOptions & {
  /** Under which name its people know the server: `localhost` and a port unless told. */
  readonly host?: string
}

/** The real server in a process of its own, and a browser that takes its test key for good; next to no stretching unless told. */
export class BrowserRoom implements AsyncDisposable {
  readonly room: Room
  readonly url: string
  readonly browser: Browser
  readonly #launching: LaunchOptions
  readonly #visitors: Visitor[] = []
  readonly #profiles: string[] = []

  static async start({ host, light = true, ...options }: BrowserRoomOptions = {}): Promise<BrowserRoom> {
    const named = host === undefined ? {} : { ALLOWED_HOSTS: host }
    const room = await Room.start({ ...options, light, env: { ...named, ...options.env } })
    try {
      const executablePath = await chromiumPath()
      const pin = `--ignore-certificate-errors-spki-list=${await pinOf(room)}`
      const names = host === undefined ? [] : [`--host-resolver-rules=MAP ${host} 127.0.0.1:${room.port}`]
      const launching = { executablePath, args: [...FLAGS, pin, ...names] }
      const url = host === undefined ? room.url : `https://${host}`
      return new BrowserRoom(room, url, await chromium.launch(launching), launching)
    } catch (error) {
      await room[Symbol.asyncDispose]()
      throw error
    }
  }

  private constructor(room: Room, url: string, browser: Browser, launching: LaunchOptions) {
    this.room = room
    this.url = url
    this.browser = browser
    this.#launching = launching
  }

  /** Somebody with a device of their own, who has opened nothing yet. */
  async visitor(name: string, options: VisitorOptions = {}): Promise<Visitor> {
    const context = await this.browser.newContext({ ...options.context })
    const visitor = await Visitor.create(name, context, options.url ?? this.url)
    this.#visitors.push(visitor)
    return visitor
  }

  /** Somebody whose browser keeps what it is given: the others' are private windows, in which this one reads no handles back. */
  async resident(name: string): Promise<Visitor> {
    const profile = await mkdtemp(join(tmpdir(), 'chat-room-profile-'))
    this.#profiles.push(profile)
    const context = await chromium.launchPersistentContext(profile, this.#launching)
    const visitor = await Visitor.create(name, context, this.url)
    this.#visitors.push(visitor)
    return visitor
  }

  /** Fails if any page complained. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const visitor of this.#visitors) await visitor[Symbol.asyncDispose]()
    } finally {
      await this.browser.close()
      for (const profile of this.#profiles) await rm(profile, { recursive: true, force: true })
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
