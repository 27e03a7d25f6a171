import type { ServerMessage, ServerMessageOf } from '@chat-room/protocol'
import type { ClientOptions, ClientState, HistoryPage, PersonView, RoomClient, Target } from './client.ts'
import { type Commanded, targetCalled } from './commands.ts'
import { Connection, type ConnectionEnd, ConnectionLostError } from './connection.ts'
import { ANOTHER_ROOM, closedAs, failedBy, REPLACED, RESUME_REFUSED } from './endings.ts'
import { Entrance } from './entrance.ts'
import type { ClientEvent, ErrorCode, TransferView } from './events.ts'
import { saidAgain } from './history/kept-events.ts'
import {
  type Carried,
  carriedFrom,
  forgetSlot,
  type Inside,
  localStateOf,
  newestOf,
  peopleOf,
  release,
  settleIn,
  wipe,
} from './inside.ts'
import type { Entered } from './joining.ts'
import { EXIT_PATIENCE, sayGoodbye, within } from './leaving.ts'
import type { ClientPorts } from './ports.ts'
import { takeLine } from './typed-line.ts'

/** The headless client: everything that a view shows comes from its events, everything typed goes through it. */
export function createRoomClient(options: ClientOptions, ports: ClientPorts): RoomClient {
  return new Client(options, ports)
}

class Client implements RoomClient {
  readonly #ports: ClientPorts
  readonly #place: string
  readonly #forgets: boolean
  readonly #connection: Connection
  readonly #entrance: Entrance
  readonly #room: string
  readonly #listeners = new Set<(event: ClientEvent) => void>()
  #state: ClientState = { name: 'connecting' }
  #target: Target = { to: 'all' }
  #inside: Inside | undefined
  /** What this process could not do as the member that it was before, and what it was told. */
  #carried: Carried | undefined
  #isOnline = false
  /** For the next attempt to connect. */
  #isWaiting = false
  #leaving: Promise<void> | undefined
  /** What is kept on this device has been written, or deleted. */
  #released: Promise<void> | undefined
  #whenOver: (() => void)[] = []
  #begun: Promise<void> | undefined
  #paging: Promise<unknown> = Promise.resolve()
  #hasShownHistory = false

  constructor(options: ClientOptions, ports: ClientPorts) {
    this.#ports = ports
    this.#room = options.room
    this.#forgets = options.forgets ?? false
    const origin = new URL(options.url).origin
    this.#place = `${origin}/${options.room}`
    const sockets = `${origin.replace(/^https:/, 'wss:')}/rooms/${options.room}`
    this.#connection = new Connection(
      `${sockets}/socket`,
      ports,
      {
        connecting: () => {
          this.#isWaiting = false
          this.#emit({ type: 'connection', state: 'connecting' })
        },
        message: message => this.#receive(message),
        lost: retryIn => this.#lost(retryIn),
        ended: end => this.#connectionEnded(end),
      },
      () => options.persistent === true || this.#inside !== undefined,
    )
    this.#entrance = new Entrance({
      connection: this.#connection,
      ports,
      room: options.room,
      place: this.#place,
      emit: event => this.#emit(event),
      setState: state => {
        this.#state = state
      },
      membership: {
        accept: options.accept,
        segmentsUrl: `${sockets}/segments`,
        changed: () => this.#inside?.keeper?.changed(),
        changedInPassing: () => this.#inside?.keeper?.changedInPassing(),
        saved: async () => this.#inside?.keeper?.saved(),
        failed: error => this.#crashed(error),
      },
      entered: entered => this.#entered(entered),
      failed: (code, message) => this.#end(code, message),
      crashed: error => this.#crashed(error),
    })
  }

  get state(): ClientState {
    return this.#state
  }

  get target(): Target {
    return this.#target
  }

  get aliases(): readonly string[] {
    return this.people.map(({ alias }) => alias)
  }

  get people(): readonly PersonView[] {
    return this.#inside === undefined ? [] : peopleOf(this.#inside.membership)
  }

  get transfers(): readonly TransferView[] {
    return this.#inside?.membership.transfers.list() ?? []
  }

  subscribe(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    this.#begun = this.#begin().catch(error => this.#crashed(error))
  }

  giveClaimCode(code: string): void {
    this.#entrance.giveClaimCode(code)
  }

  givePassword(password: string, purpose: 'create' | 'enter'): void {
    this.#entrance.givePassword(password, purpose)
  }

  giveAlias(alias: string): void {
    this.#entrance.giveAlias(alias)
  }

  submit(line: string, to?: string): void {
    const target = to === undefined ? this.#target : targetCalled(this.#inside?.membership, to)
    if (target === undefined)
      return this.#error('unknown-alias', `Nobody here is called ${to}: nothing was sent.`)
    takeLine(this.#commanded(target), line)
  }

  saidAgain(id: string): void {
    this.#inside?.keeping?.history.change(id, saidAgain)
  }

  setTyping(typing: boolean): void {
    this.#inside?.membership.setTyping(this.#target, typing)
  }

  async settled(): Promise<void> {
    const over = new Promise<void>(resolve => this.#whenOver.push(resolve))
    if (this.#isOver()) return
    await Promise.race([over, this.#inside?.membership.settled()])
  }

  leave(patience: number): Promise<void> {
    this.#leaving ??= this.#leave(patience).finally(() => {
      this.#leaving = undefined
    })
    return this.#leaving
  }

  async stop(why?: 'replaced'): Promise<void> {
    if (why === 'replaced') this.#end(why, REPLACED)
    const inside = this.#inside
    this.#finish('ended')
    await this.#begun
    this.#released ??= this.#release(inside)
    await this.#released
  }

  async earlier(before: number, count: number): Promise<HistoryPage> {
    const inside = this.#inside
    if (inside === undefined) return { entries: [], more: false }
    // One after another: each begins where the one before it ended.
    const page = this.#paging.then(() => inside.earlier(before, count))
    this.#paging = page.catch(() => undefined)
    return page
  }

  readonly recall = async (ids: readonly string[]) => (await this.#inside?.keeping?.history.find(ids)) ?? []

  vanish(): void {
    if (this.#inside !== undefined) this.#connection.send({ type: 'vanish' })
    this.#finish('ended')
  }

  retryNow(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#connection.start()
  }

  async #leave(patience: number): Promise<void> {
    const inside = this.#inside
    if (inside === undefined) return this.#finish('left')
    // A goodbye that reaches nobody leaves a ghost, which holds the alias (M8).
    const { clock } = this.#ports
    await within(clock, patience, Promise.all([this.settled(), inside.membership.outbox.reachable()]))
    if (this.#inside !== inside) return
    await sayGoodbye(inside.membership, clock, event => this.#emit(event))
    this.#released ??= wipe(inside)
    await this.#released
    this.#finish('left')
  }

  #receive(message: ServerMessage): void {
    if (message.type === 'room') return this.#arrived(message)
    this.#inside?.membership.handle(message)
  }

  #arrived(room: ServerMessageOf<'room'>): void {
    // Keys and the password protocol are bound to the room's name: it is the one that was asked for, not the server's choice.
    if (room.room !== this.#room) return this.#end('server', ANOTHER_ROOM)
    const isRepeated = this.#isOnline
    this.#isOnline = true
    const inside = this.#inside
    // Whoever came in without the server is online when it is known who else is here.
    if (!isRepeated && inside?.membership.hasMet !== false) this.#tellOnline()
    if (inside !== undefined && isRepeated) return
    const arrival = inside === undefined ? this.#entrance.arrive(room) : this.#resume(inside, room)
    arrival.catch(error => {
      // The next connection brings another room fact.
      if (!(error instanceof ConnectionLostError)) this.#crashed(error)
    })
  }

  async #resume(inside: Inside, room: ServerMessageOf<'room'>): Promise<void> {
    const { position, hasMet } = inside.membership
    const { log, seq, mailbox } = position
    let reading: Promise<void> | undefined
    const answer = await this.#connection.ask(
      { type: 'resume', secret: inside.state.secret, log, seq, mailbox },
      'resumed',
      resumed => {
        reading = inside.membership.resume(resumed, () => this.#tellOnline())
      },
    )
    if (answer.type === 'resumed') {
      this.#connection.settle()
      await reading
      return this.#announce(inside)
    }
    if (!hasMet) this.#tellOnline()
    // This member is no more; what it had not done yet is done by the one that comes after it.
    this.#inside = undefined
    this.#target = { to: 'all' }
    await release(inside)
    this.#carried = carriedFrom(inside)
    const isAdmitted = answer.code === 'alias-taken' || answer.code === 'room-full'
    if (!isAdmitted) await inside.keeping?.forgetWho()
    this.#error(answer.code, RESUME_REFUSED)
    this.#entrance.comeBack(inside.state.secret, isAdmitted ? inside.admission : undefined)
    await this.#entrance.arrive(room)
  }

  async #begin(): Promise<void> {
    if (this.#forgets) await this.#ports.memory.forget(this.#place)
    const inside = this.#forgets ? undefined : await this.#entrance.recall()
    // Stopped meanwhile.
    if (this.#isOver()) return this.#release(inside)
    if (inside !== undefined) {
      this.#take(inside)
      this.#tellJoined({ alias: inside.alias, remembered: true })
    }
    this.#connection.start()
  }

  #entered({ joined, ...inside }: Entered): void {
    this.#connection.settle()
    const carried = this.#carried
    this.#carried = undefined
    this.#take(inside, carried)
    forgetSlot(this.#ports.memory, this.#place, carried?.slot, inside).catch(error => this.#crashed(error))
    const told = carried?.told ?? (inside.keeping && inside.state.told)
    inside.membership
      .begin(joined, told, () => this.#announce(inside))
      .catch(error => {
        // The resume that follows does the rest.
        if (!(error instanceof ConnectionLostError)) this.#crashed(error)
      })
  }

  /** It is this member from now on, with what was left and what came along. */
  #take(inside: Inside, carried?: Carried): void {
    const { membership, keeper, keeping, known, state } = inside
    this.#inside = inside
    known.recall(carried?.known ?? [])
    keeper?.keep(() => localStateOf(inside))
    if (keeping !== undefined && !this.#hasShownHistory) this.#emit(newestOf(keeping.history, state))
    this.#hasShownHistory = true
    membership.restore(state.outbox, carried?.outbox ?? [])
    membership.transfers.restore(state.transfers)
    membership.transfers.restore(carried?.transfers)
  }

  async #release(inside: Inside | undefined): Promise<void> {
    if (inside !== undefined) await release(inside)
    await this.#entrance.release()
  }

  /** Told when it is known who else is here, so that the first command already has an answer. */
  async #announce(inside: Inside): Promise<void> {
    if (this.#isIn()) return
    await settleIn(inside)
    if (!this.#isIn() && !this.#isOver()) this.#tellJoined({ alias: inside.alias })
  }

  #tellJoined(joined: { readonly alias: string; readonly remembered?: true }): void {
    this.#state = { name: 'joined', alias: joined.alias }
    this.#emit({ type: 'joined', ...joined })
    this.#emit({ type: 'target', to: 'all' })
  }

  /** As seen by what was typed. */
  #commanded(target: Target): Commanded {
    let aimed = target
    return {
      membership: this.#inside?.membership,
      get target() {
        return aimed
      },
      aliases: this.aliases,
      aim: target => {
        aimed = target
        this.#target = target
      },
      leave: () => {
        this.leave(EXIT_PATIENCE).catch(error => this.#crashed(error))
      },
      emit: event => this.#emit(event),
      error: (code, message) => this.#error(code, message),
    }
  }

  #tellOnline(): void {
    this.#emit({ type: 'connection', state: 'online' })
  }

  #lost(retryIn: number): void {
    this.#isOnline = false
    this.#isWaiting = true
    this.#inside?.membership.offline()
    this.#entrance.offline()
    this.#emit({ type: 'connection', state: 'offline', retryIn })
  }

  #connectionEnded(end: ConnectionEnd): void {
    if (end.reason === 'problem') return this.#end(end.problem.reason, end.problem.message)
    // Whoever is leaving is not over before nothing is left on this device (M8).
    if (end.close === 'left') return this.#leaving === undefined ? this.#finish('left') : undefined
    if (end.close === 'replaced') return this.#end('replaced', REPLACED)
    this.#end('server', closedAs(end.close))
  }

  #isIn(): boolean {
    return this.#state.name === 'joined'
  }

  #isOver(): boolean {
    return this.#state.name === 'left' || this.#state.name === 'ended'
  }

  #end(code: ErrorCode, message: string): void {
    if (this.#isOver()) return
    const inside = this.#inside
    this.#finish('ended')
    this.#error(code, message)
    this.#released = this.#release(inside)
    this.#released.catch(error => this.#crashed(error))
  }

  #finish(name: 'left' | 'ended'): void {
    if (this.#isOver()) return
    this.#inside?.membership.offline()
    this.#inside = undefined
    this.#state = { name }
    this.#connection.stop()
    if (name === 'left') this.#emit({ type: 'left' })
    for (const resolve of this.#whenOver.splice(0)) resolve()
  }

  /** A bug of ours: told, since whoever is affected should know, and not hidden by going on. */
  #crashed(error: unknown): void {
    this.#end('server', failedBy(error))
  }

  #error(code: ErrorCode, message: string): void {
    this.#emit({ type: 'error', code, message })
  }

  #emit(event: ClientEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
