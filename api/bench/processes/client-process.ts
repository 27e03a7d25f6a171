import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ClientEvent } from '@chat-room/client'
import { PASSWORD } from '../clients/room-member.ts'
import { NodeProcess, spawnNode } from './node-process.ts'

const PROGRAM = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

export type ClientPlace = {
  readonly url: URL
  /** The authority's certificate. */
  readonly caPath: string
  /** Where its files come from and go to; what it remembers lies below. */
  readonly directory: string
  /** Arguments of `node`, before the program. */
  readonly nodeOptions: readonly string[]
}

type EventOf<Type extends ClientEvent['type']> = Extract<ClientEvent, { readonly type: Type }>
type Waiter = { readonly hear: (event: ClientEvent) => boolean; readonly fail: (error: Error) => void }

/** The terminal client as a person starts it, on whatever core is free: told and heard by lines. */
export class ClientProcess extends NodeProcess {
  readonly #type: (line: string) => void
  readonly #waiting = new Set<Waiter>()

  private constructor(child: ReturnType<typeof spawnNode>) {
    super(child)
    this.#type = line => child.stdin.write(`${line}\n`)
    const lines = createInterface({ input: child.stdout })
    lines.on('line', line => this.#hear(JSON.parse(line) as ClientEvent))
    lines.once('close', () => this.#fail(new Error('a client ended')))
  }

  /** Resolves in the room: the first one sets its password. */
  static async enter(alias: string, { url, caPath, directory, nodeOptions }: ClientPlace) {
    const argv = [...nodeOptions, PROGRAM, 'join', '--json', '--ca', caPath, url.href]
    const env = { XDG_STATE_HOME: join(directory, '.state') }
    const client = new ClientProcess(spawnNode({ argv, env, cwd: directory, cores: 'all' }))
    const joined = client.next('joined')
    client.type(PASSWORD)
    client.type(alias)
    await joined
    return client
  }

  type(line: string): void {
    this.#type(line)
  }

  /** The next event of this type; rejects for whatever error is told first, or if the client ends. */
  next<Type extends ClientEvent['type']>(type: Type): Promise<EventOf<Type>> {
    return new Promise((resolve, reject) => {
      const isOf = (event: ClientEvent): event is EventOf<Type> => event.type === type
      const hear = (event: ClientEvent) => {
        if (isOf(event)) resolve(event)
        return isOf(event)
      }
      this.#waiting.add({ hear, fail: reject })
    })
  }

  #hear(event: ClientEvent): void {
    if (event.type === 'error') this.#fail(new Error(`${event.code}: ${event.message}`))
    for (const waiter of this.#waiting) if (waiter.hear(event)) this.#waiting.delete(waiter)
  }

  #fail(error: Error): void {
    for (const { fail } of this.#waiting) fail(error)
    this.#waiting.clear()
  }
}
