import { REFUSALS, type ServerMessageOf } from '@chat-room/protocol'
import type { ClientState } from './client.ts'
import { ConnectionLostError } from './connection.ts'
import type { ErrorCode } from './events.ts'
import type { Inside } from './inside.ts'
import type { Joining, JoiningDeps } from './joining.ts'
import { type Admission, createRoom, type EntryFailure, logIn } from './password-entry.ts'
import { sentence } from './sentence.ts'
import { STAY } from './stay.ts'

export type EntranceDeps = JoiningDeps & { setState(state: ClientState): void }

/** Never to be mistaken for one another. */
type Purpose = 'create' | 'enter'

type RoomFact = ServerMessageOf<'room'>

/**
 * The way in: claim code, password, alias. What a person typed is kept until the room is entered, so that a broken
 * connection or a server that slows down guesses is waited out without asking again. A password typed to create a room is
 * never tried as the password of one that exists (flow 1).
 */
export class Entrance {
  readonly #deps: EntranceDeps
  #room: RoomFact | undefined
  #claimCode: string | undefined
  #password: { readonly text: string; readonly purpose: Purpose } | undefined
  #admission: Admission | undefined
  /** As typed; whether it will do is for the join to find out. */
  #alias: string | undefined
  /** What a person was asked for and did not give yet. */
  #asked: 'claim-code' | 'alias' | Purpose | undefined
  /** An attempt, or a wait before one: nothing else is begun meanwhile. */
  #busy = false
  /** The member that this process was before: the next one takes its place. */
  #supersedes: string | undefined
  #joining: Joining | undefined
  #arrivals = 0

  constructor(deps: EntranceDeps) {
    this.#deps = deps
  }

  /** A connection is there, or the room was claimed meanwhile. */
  async arrive(room: RoomFact): Promise<void> {
    const arrival = ++this.#arrivals
    if (this.#room?.state !== room.state) this.#deps.emit({ type: 'room', state: room.state })
    this.#room = room
    if (room.state === 'unclaimed' && (await this.#deps.ports.memory.knows(this.#deps.place))) {
      return this.#deps.failed('forgotten-room', FORGOTTEN)
    }
    // Claimed while this device looked up what it remembers: that fact counts.
    if (arrival !== this.#arrivals) return
    if (this.#password?.purpose !== purposeOf(room)) this.#password = undefined
    this.#advance()
  }

  /** What the server admitted is admitted no more. */
  offline(): void {
    this.#admission = undefined
  }

  /**
   * This process was a member before: its place is taken by whoever enters next. `admission` is what the password opened, if
   * the server still admits by the secret alone.
   */
  comeBack(supersedes: string, admission: Admission | undefined): void {
    this.#supersedes = supersedes
    this.#admission = admission
    this.#alias = undefined
  }

  giveClaimCode(code: string): void {
    if (this.#asked !== 'claim-code') return
    this.#asked = undefined
    this.#claimCode = code
    this.#advance()
  }

  givePassword(text: string, purpose: Purpose): void {
    if (this.#asked !== 'create' && this.#asked !== 'enter') return
    const asked = this.#asked
    this.#asked = undefined
    if (text === '') return this.#refuse('wrong-password', 'The password is empty.')
    // Typed while somebody else set the password: it was meant to be a new one, and is not tried.
    if (purpose !== asked) return this.#refuse('already-claimed', REFUSALS['already-claimed'])
    this.#password = { text, purpose }
    this.#advance()
  }

  giveAlias(text: string): void {
    if (this.#asked !== 'alias') return
    this.#asked = undefined
    this.#alias = text.trim()
    this.#advance()
  }

  /** Does what is to be done next, or asks for what is missing. */
  #advance(): void {
    const room = this.#room
    if (this.#busy || room === undefined) return
    const purpose = purposeOf(room)
    if (this.#admission === undefined) {
      if (this.#password !== undefined) return this.#attempt('working', () => this.#enter(room))
      const needsCode = purpose === 'create' && room.claimCode && this.#claimCode === undefined
      return this.#ask(needsCode ? 'claim-code' : purpose)
    }
    if (this.#alias === undefined) return this.#ask('alias')
    this.#attempt('joining', () => this.#join())
  }

  #ask(what: 'claim-code' | 'alias' | Purpose): void {
    if (this.#asked === what) return
    this.#asked = what
    const isPassword = what === 'create' || what === 'enter'
    this.#deps.setState(isPassword ? { name: 'password', purpose: what } : { name: what })
    this.#deps.emit({ type: 'prompt', for: isPassword ? 'password' : what })
  }

  #refuse(code: ErrorCode, message: string): void {
    this.#deps.emit({ type: 'error', code, message })
    this.#advance()
  }

  #attempt(state: 'working' | 'joining', attempt: () => Promise<'again' | 'wait'>): void {
    this.#busy = true
    // A login that is repeated in the background takes no prompt away.
    if (this.#asked === undefined) this.#deps.setState({ name: state })
    attempt()
      .catch((error: unknown) => {
        // The next connection arrives, and takes it up again.
        if (!(error instanceof ConnectionLostError)) this.#deps.crashed(error)
        return 'wait' as const
      })
      .then(next => {
        this.#busy = false
        if (next === 'again') this.#advance()
      })
      .catch(this.#deps.crashed)
  }

  async #enter(room: RoomFact): Promise<'again' | 'wait'> {
    const { connection, ports, place } = this.#deps
    const password = this.#password
    if (password === undefined) return 'again'
    this.#deps.emit({ type: 'stretching' })
    if (password.purpose === 'create') {
      const created = await createRoom(connection, ports, room, password.text, this.#claimCode)
      if (!created.ok) return this.#entryFailed(created.error)
      // It is the room's password now; logging in with it proves that the stored record works.
      this.#password = { text: password.text, purpose: 'enter' }
      this.#room = { ...room, state: 'claimed', profile: ports.stretch.creationProfile }
    }
    const entered = await logIn(connection, ports, this.#room ?? room, password.text)
    if (!entered.ok) return this.#entryFailed(entered.error)
    this.#admission = entered.value
    await ports.memory.remember(place)
    return 'again'
  }

  async #entryFailed(failure: EntryFailure): Promise<'again' | 'wait'> {
    switch (failure.code) {
      case 'slow-down': {
        const asked = 'retryAfter' in failure ? (failure.retryAfter ?? SLOWED) : SLOWED
        const retryIn = Math.min(asked, SLOWED_AT_MOST)
        this.#deps.emit({ type: 'slowed', retryIn })
        await new Promise<void>(resolve => {
          this.#deps.ports.clock.after(retryIn, resolve)
        })
        return 'again'
      }
      case 'login-expired':
      case 'wrong-state':
        // The connection changed, or the device slept, while the password was stretched.
        return 'again'
      case 'claim-code':
        this.#claimCode = undefined
        break
      case 'server':
        this.#deps.failed('server', failure.message)
        return 'wait'
      default:
        break
    }
    this.#password = undefined
    this.#deps.emit({ type: 'error', code: failure.code, message: sentence(REFUSALS[failure.code]) })
    // "Claimed meanwhile": the room's new state follows, and asks for its password.
    return failure.code === 'already-claimed' && this.#room?.state === 'unclaimed' ? 'wait' : 'again'
  }

  /** The member that this device stays in the room as, if it does: known without a server. */
  async recall(): Promise<Inside | undefined> {
    const { memory } = this.#deps.ports
    const key = await memory.deviceKey()
    const slot = key && (await memory.openSlot(this.#deps.place, STAY))
    if (key === undefined || slot === undefined) return undefined
    if ((await slot.read()) !== undefined) return (await this.#joiningNow()).recall(key, slot)
    await slot.release()
    return undefined
  }

  /** Lets go of what is held on this device by one who did not get in. */
  async release(): Promise<void> {
    await this.#joining?.release()
  }

  async #join(): Promise<'again' | 'wait'> {
    const admission = this.#admission
    const alias = this.#alias
    if (admission === undefined || alias === undefined) return 'again'
    const joining = await this.#joiningNow()
    const outcome = await joining.join(admission, alias, this.#supersedes)
    if (outcome === 'another-alias') this.#alias = undefined
    return outcome === 'another-alias' ? 'again' : 'wait'
  }

  async #joiningNow(): Promise<Joining> {
    // Not before somebody has typed an alias, or comes back: whoever only looks at the door need not load what is behind it.
    const { Joining } = await import('./joining.ts')
    this.#joining ??= new Joining({
      ...this.#deps,
      entered: entered => {
        this.#password = undefined
        this.#admission = undefined
        this.#supersedes = undefined
        this.#deps.entered(entered)
      },
    })
    return this.#joining
  }
}

/** If a server slows down without saying for how long, in milliseconds. */
const SLOWED = 5_000
/** Nothing that a server says keeps a client waiting for longer than this before it asks again. */
const SLOWED_AT_MOST = 10 * 60_000

const FORGOTTEN =
  'This device has been in this room, and now the server says that it has no password yet. Either its operator reset it, or ' +
  'somebody pretends to be it. Nothing is created here. If you know that it was reset, let this device forget the room first (in the terminal: --forget).'

const purposeOf = ({ state }: RoomFact): Purpose => (state === 'unclaimed' ? 'create' : 'enter')
