import { createHash } from 'node:crypto'
import type { Bytes } from '@chat-room/client'
import type { Offer } from '@chat-room/protocol'
import type { Target } from '../../client/src/client.ts'
import { createIdentitySecret, importIdentity } from '../../client/src/crypto/identity.ts'
import { mlKem } from '../../client/src/crypto/ml-kem.ts'
import type { TransferDeps } from '../../client/src/transfers/transfers.ts'
import { openRelay, type Relay } from '../../src/relay/relay.ts'
import { MemorySegmentStore } from '../../src/store/segments/memory-segment-store.ts'
import { noise, random } from './bytes.ts'
import { TransferClient } from './client.ts'
import { Device } from './device.ts'
import { WorldTime } from './world-time.ts'

// What identities need is loaded before any world begins: loading takes real time, of which worlds have none.
await mlKem()

export const EVERYONE: Target = { to: 'all' }

export type WorldOptions = { readonly quota?: number }

const relayDeps = (store: MemorySegmentStore, { quota = 2 ** 30 }: WorldOptions) => ({
  store,
  hash: (secret: string) => createHash('sha256').update(secret, 'base64url').digest('base64url'),
  onError: (error: unknown) => {
    throw error
  },
  quota,
  ttl: 86_400_000,
})

/** The real relay over a store in memory, and clients with files in memory. No socket and no disk. */
export class TransferWorld {
  readonly time = new WorldTime()
  readonly clients: TransferClient[] = []
  /** Bytes of binary frames that clients sent. */
  uploaded = 0
  /** Bytes of binary frames that clients were sent. */
  downloaded = 0
  readonly #store = new MemorySegmentStore()
  readonly #options: WorldOptions
  #relay: Relay | undefined
  readonly tickets = new Map<string, string>()
  readonly #offers: { offer: Offer; from: TransferClient; target: Target }[] = []

  static async open(options: WorldOptions = {}): Promise<TransferWorld> {
    const world = new TransferWorld(options)
    await world.#openRelay()
    world.#tick()
    return world
  }

  private constructor(options: WorldOptions) {
    this.#options = options
  }

  get relay(): Relay {
    if (this.#relay === undefined) throw new Error('the server is not there yet')
    return this.#relay
  }

  /** The server's process dies and comes back: every line breaks. */
  async restart(): Promise<void> {
    for (const client of this.clients) client.line?.drop()
    await this.#openRelay()
  }

  /** A member that is here from now on; what was offered before is history to it. */
  async join(
    alias: string,
    options: Partial<TransferDeps> = {},
    /** It was this member before, on the same device. */
    before?: TransferClient,
  ): Promise<TransferClient> {
    const identity = await importIdentity(createIdentitySecret(random))
    if (!identity.ok) throw new Error(identity.error)
    const client = new TransferClient(this, alias, new Device(identity.value, before?.device), options)
    this.clients.push(client)
    return this.#enter(client)
  }

  /** In the place of the one that was killed. */
  revive(dead: TransferClient, client: TransferClient): TransferClient {
    this.clients[this.clients.indexOf(dead)] = client
    return this.#enter(client)
  }

  #enter(client: TransferClient): TransferClient {
    if (client.readsAnew) {
      for (const { offer, from, target } of this.#offers) client.hear(offer, from, target, true)
    }
    client.transfers.online()
    return client
  }

  offer(offer: Offer, from: TransferClient, target: Target): void {
    this.#offers.push({ offer, from, target })
    for (const client of this.clients) client.hear(offer, from, target, false)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.clients.map(client => client.transfers.close()))
    this.time[Symbol.dispose]()
  }

  async #openRelay(): Promise<void> {
    this.#relay = await openRelay(relayDeps(this.#store, this.#options), this.time.now())
  }

  #tick(): void {
    this.time.after(1_000, () => {
      this.relay.tick(this.time.now())
      this.#tick()
    })
  }
}

/** Puts a file of this size on the sender's disk and sends it. */
export async function send(
  from: TransferClient,
  name: string,
  size: number,
  target = EVERYONE,
): Promise<Bytes> {
  const bytes = from.disk.put(name, noise(size))
  from.transfers.send(name, target)
  return bytes
}
