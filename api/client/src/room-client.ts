import {
  LIMITS,
  type LineProblem,
  parseLine,
  type ServerMessage,
  type ServerMessageOf,
  unreachable,
} from '@chat-room/protocol'
import type { ClientOptions, ClientState, RoomClient, Target } from './client.ts'
import { type Commanded, NOT_INSIDE, refusesTarget, runCommand } from './commands.ts'
import { Connection, type ConnectionEnd, ConnectionLostError } from './connection.ts'
import { Entrance } from './entrance.ts'
import type { ClientEvent, ErrorCode, TransferView } from './events.ts'
import type { Entered } from './joining.ts'
import { release, sayGoodbye, within } from './leaving.ts'
import type { LocalState, LocalStateKeeper } from './local-state.ts'
import type { LogPosition } from './log-reader.ts'
import type { Outgoing } from './outbox.ts'
import type { ClientPorts } from './ports.ts'

/** The headless client: everything that a view shows comes from its events, everything typed goes through it. */
export function createRoomClient(options: ClientOptions, ports: ClientPorts): RoomClient {
  return new Client(options, ports)
}

/** Of one who is in the room: its life over many connections, and what re-admits it. */
type Inside = Omit<Entered, 'joined'>

type Carried = {
  /** The slot of the member that it was. */
  readonly slot: string | undefined
  readonly outbox: readonly Outgoing[]
  readonly transfers: unknown
  readonly told: LogPosition | undefined
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

  constructor(options: ClientOptions, ports: ClientPorts) {
    this.#ports = ports
    this.#room = options.room
    this.#forgets = options.forgets ?? false
    const origin = new URL(options.url).origin
    this.#place = `${origin}/${options.room}`
    const sockets = `${origin.replace(/^https:/, 'wss:')}/rooms/${options.room}`
    this.#connection = new Connection(`${sockets}/socket`, ports, {
      connecting: () => {
        this.#isWaiting = false
        this.#emit({ type: 'connection', state: 'connecting' })
      },
      message: message => this.#receive(message),
      lost: retryIn => this.#lost(retryIn),
      ended: end => this.#connectionEnded(end),
    })
    this.#entrance = new Entrance({
      connection: this.#connection,
      ports,
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
    const present = this.#inside?.membership.roster.present() ?? []
    return present.map(({ alias }) => alias).sort((a, b) => a.localeCompare(b))
  }

  get transfers(): readonly TransferView[] {
    return this.#inside?.membership.transfers.list() ?? []
  }

  subscribe(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    const forgetting = this.#forgets ? this.#ports.memory.forget(this.#place) : Promise.resolve()
    forgetting.then(() => this.#connection.start()).catch(error => this.#crashed(error))
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

  submit(line: string): void {
    const parsed = parseLine(line)
    switch (parsed.kind) {
      case 'nothing':
        return
      case 'problem':
        return this.#error(PROBLEM_CODES[parsed.reason], parsed.message)
      case 'message':
        return this.#say(parsed.text)
      case 'command':
        return runCommand(this.#commanded(), parsed.command)
      default:
        return unreachable(parsed)
    }
  }

  setTyping(typing: boolean): void {
    this.#inside?.membership.setTyping(this.#target, typing)
  }

  async settled(): Promise<void> {
    const over = new Promise<void>(resolve => this.#whenOver.push(resolve))
    if (this.#isOver()) return
    await Promise.race([over, this.#settledInside()])
  }

  leave(patience: number): Promise<void> {
    this.#leaving ??= this.#leave(patience).finally(() => {
      this.#leaving = undefined
    })
    return this.#leaving
  }

  async stop(): Promise<void> {
    const inside = this.#inside
    this.#finish('ended')
    this.#released ??= inside && release(inside)
    await this.#released
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
    this.#released ??= inside.keeper?.clear()
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
    if (!isRepeated) this.#emit({ type: 'connection', state: 'online' })
    this.#isOnline = true
    const inside = this.#inside
    if (inside !== undefined && isRepeated) return
    const arrival = inside === undefined ? this.#entrance.arrive(room) : this.#resume(inside, room)
    arrival.catch(error => {
      // The next connection brings another room fact.
      if (!(error instanceof ConnectionLostError)) this.#crashed(error)
    })
  }

  async #resume(inside: Inside, room: ServerMessageOf<'room'>): Promise<void> {
    const { log, seq, mailbox } = inside.membership.position
    let reading: Promise<void> | undefined
    const answer = await this.#connection.ask(
      { type: 'resume', secret: inside.state.secret, log, seq, mailbox },
      'resumed',
      resumed => {
        reading = inside.membership.resume(resumed)
      },
    )
    if (answer.type === 'resumed') {
      this.#connection.settle()
      await reading
      return this.#announce(inside)
    }
    // This member is no more; what it had not done yet is done by the one that comes after it.
    const { outbox, transfers, told } = inside.membership
    this.#inside = undefined
    this.#target = { to: 'all' }
    await release(inside)
    const slot = inside.keeper?.name
    this.#carried = { slot, outbox: outbox.waiting, transfers: transfers.save(), told }
    this.#error(answer.code, RESUME_REFUSED)
    const isAdmitted = answer.code === 'alias-taken' || answer.code === 'room-full'
    this.#entrance.comeBack(inside.state.secret, isAdmitted ? inside.admission : undefined)
    await this.#entrance.arrive(room)
  }

  #entered({ joined, ...inside }: Entered): void {
    this.#connection.settle()
    const { membership, keeper, state } = inside
    this.#inside = inside
    keeper?.keep(() => this.#localState(inside))
    const carried = this.#carried
    this.#carried = undefined
    membership.restore(state.outbox, carried?.outbox ?? [])
    membership.transfers.restore(state.transfers)
    membership.transfers.restore(carried?.transfers)
    this.#moved(carried?.slot, keeper).catch(error => this.#crashed(error))
    membership
      .begin(joined, carried?.told, () => this.#announce(inside))
      .catch(error => {
        // The resume that follows does the rest.
        if (!(error instanceof ConnectionLostError)) this.#crashed(error)
      })
  }

  /** What came along is kept here now: whoever comes in by the old alias must not do it again. */
  async #moved(from: string | undefined, keeper: LocalStateKeeper | undefined): Promise<void> {
    if (from === undefined || keeper === undefined || keeper.name === from) return
    keeper.changed()
    await keeper.written()
    const slot = await this.#ports.memory.openSlot(this.#place, from)
    await slot?.clear()
  }

  /** Told when it is known who else is here, so that the first command already has an answer. */
  async #announce({ alias, keeper }: Inside): Promise<void> {
    // A process that dies after these words must not be kept out by its own ghost.
    await keeper?.written()
    if (this.#state.name === 'joined' || this.#isOver()) return
    this.#state = { name: 'joined', alias }
    this.#emit({ type: 'joined', alias })
    this.#emit({ type: 'target', to: 'all' })
  }

  #localState({ membership, state }: Inside): LocalState {
    return {
      ...state,
      outbox: membership.outbox.waiting,
      transfers: membership.transfers.save(),
    }
  }

  #say(text: string): void {
    const inside = this.#inside
    if (inside === undefined) return this.#error('message', NOT_INSIDE)
    if (refusesTarget(this.#commanded(), inside.membership)) return
    // What is sealed is JSON, in which a control character is six times as long.
    if (JSON.stringify(text).length > LIMITS.bodyLength) return this.#error('message', UNSPEAKABLE)
    inside.membership.say(this.#target, { kind: 'text', text })
  }

  /** As seen by what was typed. */
  #commanded(): Commanded {
    const client = this
    return {
      membership: this.#inside?.membership,
      get target() {
        return client.#target
      },
      aliases: this.aliases,
      aim: target => {
        this.#target = target
      },
      leave: () => {
        this.leave(EXIT_PATIENCE).catch(error => this.#crashed(error))
      },
      emit: event => this.#emit(event),
      error: (code, message) => this.#error(code, message),
    }
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
    this.#end('server', `The server ended the connection: ${end.close}.`)
  }

  async #settledInside(): Promise<void> {
    const inside = this.#inside
    if (inside === undefined) return
    await inside.membership.quiet()
    // A file that is sent has an offer to be acknowledged; an offer that comes in may begin a transfer.
    await inside.membership.transfers.settled()
    await inside.membership.outbox.empty()
  }

  #isOver(): boolean {
    return this.#state.name === 'left' || this.#state.name === 'ended'
  }

  #end(code: ErrorCode, message: string): void {
    if (this.#isOver()) return
    this.#error(code, message)
    const inside = this.#inside
    this.#finish('ended')
    this.#released = inside && release(inside)
    this.#released?.catch(error => this.#crashed(error))
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
    this.#end('server', `This program failed: ${error instanceof Error ? error.message : String(error)}`)
  }

  #error(code: ErrorCode, message: string): void {
    this.#emit({ type: 'error', code, message })
  }

  #emit(event: ClientEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** `:Exit` waits so long for what is under way, in milliseconds. */
const EXIT_PATIENCE = 10_000

const PROBLEM_CODES = {
  'too-long': 'message',
  'unknown-command': 'command',
  'wrong-parameters': 'command',
} as const satisfies Record<LineProblem, ErrorCode>

const UNSPEAKABLE = 'This message has too many control characters to be sent.'
const ANOTHER_ROOM = 'The server answers for another room than the one that was asked for.'
const REPLACED = 'Another connection of yours took over this place in the room.'

const RESUME_REFUSED =
  'You were away for too long: the room let go of your place. What you wrote meanwhile is sent when you are back.'
