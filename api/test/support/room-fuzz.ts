import type { ClientEvent } from '@chat-room/client'
import type { RoomStore } from '../../src/room/ports.ts'
import { isCryptographyBusy } from './cryptography.ts'
import { MemoryDevice } from './memory-device.ts'
import { MemoryWorld, type WorldClient } from './memory-world.ts'
import { SeededRandom } from './seeded-random.ts'

const PASSWORD = 'correct horse battery staple'
const GRACE = 600_000
const ALIASES = ['ann', 'ben', 'cid', 'dee'] as const

/** Something that a person typed in: what became of it is told by its id. */
export type Said = {
  readonly id: string
  readonly text: string
  readonly by: Process
  /** `all`, or an alias. */
  readonly to: string
}

/** One process of one person, and everything that it was told. */
export type Process = {
  readonly person: Person
  readonly client: WorldClient
  /** Its last 16 random bytes drawn: the id of what was said last. */
  drawn: string
  fate: 'alive' | 'killed' | 'left'
}

export type Person = { readonly name: string; readonly device: MemoryDevice; readonly processes: Process[] }

type Operation = { readonly name: string; readonly weight: number; run(): void | Promise<void> }

/** A room, its people, and what chance does to them. Everything but the threads of cryptography comes from the seed. */
export class RoomFuzz {
  readonly #random: SeededRandom
  readonly world: MemoryWorld
  readonly people: readonly Person[]
  readonly said: Said[] = []
  /** What was done, in words. */
  readonly history: string[] = []
  /** Entries may be gone before everyone has read them. */
  readonly retainsLittle: boolean
  /** Somebody was away for too long: mailboxes have ended. */
  hasExpired = false
  readonly #processes: Process[] = []
  readonly #operations: readonly Operation[]

  static async create(seed: number, store: RoomStore): Promise<RoomFuzz> {
    const random = new SeededRandom(seed)
    const retainsLittle = random.chance(0.25)
    const isSlow = random.chance(0.25)
    const world = await MemoryWorld.create({
      store,
      settings: {
        awayGrace: GRACE,
        ...(retainsLittle ? { retention: { messages: random.below(12), bytes: 1e9, age: 1e9 } } : {}),
        ...(isSlow ? { rate: { burst: 4, perSecond: 4 } } : {}),
      },
    })
    return new RoomFuzz(random, world, retainsLittle)
  }

  private constructor(random: SeededRandom, world: MemoryWorld, retainsLittle: boolean) {
    this.#random = random
    this.world = world
    this.retainsLittle = retainsLittle
    // Two or three most of the time: a crowd takes long to get in, and finds little that three do not.
    const names = ALIASES.slice(0, 2 + Math.min(random.below(3), random.below(3)))
    this.people = names.map(name => ({ name, device: new MemoryDevice(), processes: [] }))
    // Each seed leaves some operations out: what goes wrong shows where little else happens.
    this.#operations = this.#all().filter(({ name }) => name === 'say' || random.chance(0.7))
  }

  async run(turns: number): Promise<void> {
    for (const person of this.people) this.#start(person)
    // Most of the time accidents begin when all are in.
    if (this.#random.chance(0.8)) await this.#enter()
    for (let turn = 0; turn < turns; turn++) {
      this.#attend()
      await this.#operate()
      await this.#deliverSome()
    }
    await this.heal()
  }

  async #enter(): Promise<void> {
    const isEveryoneIn = () => {
      this.#attend()
      return this.alive().every(isIn)
    }
    await this.world.until(isEveryoneIn, 'everyone gets in')
  }

  /** No more accidents: everyone who is alive gets back in, and hears everything. */
  async heal(): Promise<void> {
    this.history.push('heal')
    for (let round = 0; round < 12; round++) {
      await this.world
        .until(() => this.#isCalm(), 'everyone is in, or asked for something')
        .catch(() => undefined)
      if (this.alive().every(({ client }) => client.state === 'joined')) break
      // Whoever is refused for an alias that a ghost holds waits until it is gone, and its mailbox with it.
      await this.#expire()
      this.#attend()
    }
    await this.world.until(() => this.alive().every(isIn), 'everyone is in')
    const settled = Promise.all(this.alive().map(({ client }) => client.core.settled()))
    let isSettled = false
    settled.then(
      () => {
        isSettled = true
      },
      () => undefined,
    )
    await this.world.until(() => isSettled, 'everything is acknowledged')
    // Ghosts of the killed end: twice, since a line may break while time passes.
    await this.#passTime()
    await this.#passTime()
    await this.world.until(() => this.alive().every(isIn), 'everyone is still in')
  }

  alive(): readonly Process[] {
    return this.processes().filter(({ fate }) => fate === 'alive')
  }

  processes(): readonly Process[] {
    return this.#processes
  }

  /** Where everyone stands, for who reads of a failure. */
  describe(): string {
    return this.processes()
      .map(({ person, client, fate }) => {
        const errors = client.of('error').map(({ code, message }) => `${code}: ${message}`)
        return `${person.name} ${fate} ${client.state} [${client.core.aliases}] ${errors.join(' ')}`
      })
      .join('\n')
  }

  #all(): readonly Operation[] {
    return [
      { name: 'say', weight: 12, run: () => this.#say() },
      { name: 'whisper', weight: 6, run: () => this.#whisper() },
      { name: 'drop', weight: 4, run: () => this.#somebody()?.client.pair?.drop() },
      { name: 'repeat to server', weight: 2, run: () => this.#somebody()?.client.pair?.repeat('to-server') },
      { name: 'repeat to client', weight: 2, run: () => this.#somebody()?.client.pair?.repeat('to-client') },
      { name: 'type', weight: 1, run: () => this.#somebody()?.client.core.setTyping(true) },
      { name: 'leave', weight: 1, run: () => this.#leave() },
      { name: 'kill', weight: 1, run: () => this.#kill() },
      { name: 'restart', weight: 1, run: () => this.world.restart() },
      { name: 'time', weight: 3, run: () => this.world.clock.advance(this.#random.below(3_000)) },
      { name: 'tick', weight: 2, run: () => this.world.tick() },
      { name: 'expire', weight: 1, run: () => this.#expire() },
      { name: 'return', weight: 4, run: () => this.#return() },
    ]
  }

  async #operate(): Promise<void> {
    const total = this.#operations.reduce((sum, { weight }) => sum + weight, 0)
    let at = this.#random.below(total)
    const operation = this.#operations.find(({ weight }) => {
      at -= weight
      return at < 0
    })
    this.history.push(operation?.name ?? '')
    await operation?.run()
  }

  async #deliverSome(): Promise<void> {
    for (let i = this.#random.below(8); i > 0; i--) {
      const { pairs } = this.world
      if (pairs.length > 0) {
        const direction = this.#random.chance(0.5) ? 'to-server' : 'to-client'
        this.#random.pick(pairs).deliver(direction, 1 + this.#random.below(4))
      }
      // Now and then more comes while messages are still being opened or sealed.
      for (let j = this.#random.below(4); j > 0; j--) await turnOfLoop()
      while (isCryptographyBusy() && this.#random.chance(0.95)) await turnOfLoop()
    }
  }

  #start(person: Person): void {
    const process: Process = {
      person,
      fate: 'alive',
      drawn: '',
      client: this.world.client(person.device, {
        random: length => {
          const bytes = crypto.getRandomValues(new Uint8Array(length))
          if (length === 16) process.drawn = Buffer.from(bytes).toString('base64url')
          return bytes
        },
      }),
    }
    person.processes.push(process)
    this.#processes.push(process)
    process.client.core.start()
    this.history.push(`${person.name} starts`)
  }

  /** People type what they are asked for. */
  #attend(): void {
    for (const { client, person } of this.alive()) {
      if (client.state === 'password') client.givePassword(PASSWORD)
      if (client.state === 'alias') client.core.giveAlias(person.name)
      if (client.state === 'left' || client.state === 'ended') this.#markOver()
    }
  }

  #markOver(): void {
    for (const process of this.alive()) if (process.client.state === 'left') process.fate = 'left'
  }

  #say(): void {
    this.#submit(this.#somebody(), 'all')
  }

  #whisper(): void {
    const by = this.#somebody()
    if (by === undefined) return
    const to = this.#random.pick(this.people).name
    by.client.core.submit(`:Dm ${to}`)
    if (by.client.core.target.to === 'member') this.#submit(by, to)
    by.client.core.submit(':Dm All')
  }

  #submit(by: Process | undefined, to: string): void {
    if (by === undefined) return
    const errors = by.client.of('error').length
    const text = `${this.said.length} ${by.person.name} to ${to}`
    by.client.core.submit(text)
    if (by.client.of('error').length > errors) return
    this.said.push({ id: by.drawn, text, by, to })
    this.history.push(`"${text}"`)
  }

  #leave(): void {
    const leaver = this.#somebody()
    if (leaver === undefined) return
    leaver.client.core.submit(':Exit')
    leaver.fate = 'left'
    this.history.push(`${leaver.person.name} leaves`)
  }

  #kill(): void {
    const victim = this.#somebody()
    if (victim === undefined) return
    victim.client.kill()
    victim.fate = 'killed'
    this.history.push(`${victim.person.name} is killed`)
  }

  #return(): void {
    for (const person of this.people) {
      const last = person.processes.at(-1)
      // A process that leaves holds the device's slot until it is done.
      const isOver = last?.fate === 'killed' || (last?.fate === 'left' && last.client.state === 'left')
      if (isOver) this.#start(person)
    }
  }

  async #expire(): Promise<void> {
    this.hasExpired = true
    await this.#passTime()
  }

  async #passTime(): Promise<void> {
    this.history.push('time passes')
    const end = this.world.clock.now() + GRACE + 1_000
    for (let quiet = 0; quiet < 5; quiet++) {
      await turnOfLoop()
      const busy = this.world.pairs.filter(({ pending }) => pending > 0)
      for (const pair of busy) {
        pair.deliver('to-server', 4)
        pair.deliver('to-client', 4)
      }
      if (busy.length > 0 || isCryptographyBusy() || this.world.clock.now() < end) quiet = 0
      if (!isCryptographyBusy()) this.world.clock.advance(end - this.world.clock.now())
    }
    await this.world.tick()
  }

  /** One who is in the room, as far as it knows. */
  #somebody(): Process | undefined {
    const inside = this.alive().filter(isIn)
    return inside.length === 0 ? undefined : this.#random.pick(inside)
  }

  #isCalm(): boolean {
    return this.alive().every(({ client }) => client.state === 'joined' || client.state === 'alias')
  }
}

const isIn = ({ client }: Process): boolean => client.state === 'joined'

const turnOfLoop = () => new Promise(resolve => setImmediate(resolve))

type Told<T extends ClientEvent['type']> = Extract<ClientEvent, { readonly type: T }>

export const eventsOf = <T extends ClientEvent['type']>(process: Process, type: T): readonly Told<T>[] =>
  process.client.of(type)
