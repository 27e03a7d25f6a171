import { randomBytes } from 'node:crypto'
import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import type { ClientMessage, ServerMessageOf, ServerMessageType } from '@chat-room/protocol'
import { hashSecret } from '../../src/edge/secrets.ts'
import { textFrame } from './frames.ts'
import { inLanes } from './lanes.ts'
import { type Address, RawSocket } from './raw-socket.ts'

const LIGHT_PROFILE = 200

/**
 * Argon2id with next to no work: stretching is the client's, the server never sees how it is done, and here its other half
 * is what is measured.
 */
export const LIGHT_PROFILES = new Map([[LIGHT_PROFILE, { memoryKiB: 8, iterations: 1, parallelism: 1 }]])
export const PASSWORD = 'correct horse battery staple'

/** As long as a hello is with keys, alias and signature. */
const HELLO_BYTES = 1_600

export const randomText = (bytes: number): string => randomBytes(bytes).toString('base64url')

const stretch = createOpaqueStretch(LIGHT_PROFILES)

/** The least that a member does: to a blind server, random bytes are as good as sealed ones. */
export class RoomMember {
  readonly id = randomText(16)
  readonly socket: RawSocket
  readonly #address: Address
  readonly #room: string
  readonly #secret = randomText(32)
  readonly #fact: ServerMessageOf<'room'>

  private constructor(socket: RawSocket, address: Address, room: string, fact: ServerMessageOf<'room'>) {
    this.socket = socket
    this.#address = address
    this.#room = room
    this.#fact = fact
  }

  /** Connected, and told where the room stands. */
  static async open(address: Address, room: string): Promise<RoomMember> {
    const socket = await RawSocket.open(address, `/rooms/${room}/socket`)
    const fact = await answerTo(socket, undefined, 'room')
    return new RoomMember(socket, address, room, fact)
  }

  /** Sets the password of a room that nobody has created. */
  static async createRoom(address: Address, room: string): Promise<void> {
    const creator = await RoomMember.open(address, room)
    const { state, request } = await stretch.startRegistration(PASSWORD)
    const started = await creator.ask({ type: 'start-creation', request }, 'creation-started')
    const done = await stretch.finishRegistration(
      PASSWORD,
      state,
      started.response,
      creator.#context(LIGHT_PROFILE),
    )
    if (!done.ok) throw new Error(`the room cannot be created: ${done.error}`)
    const { record } = done.value
    await creator.ask(
      { type: 'finish-creation', record, wrap: randomText(97), profile: LIGHT_PROFILE },
      'created',
    )
    creator.socket.destroy()
  }

  async logIn(): Promise<void> {
    const { state, request } = await stretch.startLogin(PASSWORD)
    const { response } = await this.ask({ type: 'start-login', request }, 'login-started')
    const done = await stretch.finishLogin(PASSWORD, state, response, this.#context(this.#fact.profile ?? 0))
    if (!done.ok) throw new Error(`the login failed: ${done.error}`)
    await this.ask({ type: 'finish-login', finish: done.value.finish }, 'admitted')
  }

  join(): Promise<ServerMessageOf<'joined'>> {
    const own = {
      member: this.id,
      session: randomText(16),
      tag: randomText(16),
      hello: randomText(HELLO_BYTES),
      secretHash: hashSecret(this.#secret),
    }
    return this.ask({ type: 'join', ...own }, 'joined')
  }

  /** Comes back as a member that joined on another connection. */
  resume({ member, joined }: JoinedMember): Promise<ServerMessageOf<'resumed'>> {
    const { log, head, mailbox } = joined
    return this.ask({ type: 'resume', secret: member.#secret, log, seq: head, mailbox }, 'resumed')
  }

  /** A second socket, for segments; the relay has accepted its ticket. */
  async openSegments(): Promise<RawSocket> {
    const { ticket } = await this.ask({ type: 'request-ticket' }, 'ticket')
    const socket = await RawSocket.open(this.#address, `/rooms/${this.#room}/segments`)
    const attached = new Promise<void>((resolve, reject) => {
      socket.onText = () => resolve()
      socket.onEnd = reject
    })
    socket.send(textFrame(JSON.stringify({ type: 'attach', ticket })))
    await attached
    return socket
  }

  ask<T extends ServerMessageType>(message: ClientMessage, reply: T): Promise<ServerMessageOf<T>> {
    return answerTo(this.socket, message, reply)
  }

  #context(profile: number) {
    return { roomId: this.#room, deploymentId: this.#fact.deployment, profile }
  }
}

/** The next fact of one kind; those of other kinds are let go, but for a refusal. */
function answerTo<T extends ServerMessageType>(
  socket: RawSocket,
  message: ClientMessage | undefined,
  reply: T,
): Promise<ServerMessageOf<T>> {
  return new Promise((resolve, reject) => {
    // Cheaper than to parse the thousand hellos that come while a room fills.
    const wanted = `{"type":"${reply}"`
    socket.onEnd = reject
    socket.onText = payload => {
      const text = payload.toString()
      if (text.startsWith(wanted)) resolve(JSON.parse(text) as ServerMessageOf<T>)
      else if (text.startsWith('{"type":"refused"')) reject(new Error(`asked for ${reply}: ${text}`))
    }
    if (message !== undefined) socket.send(textFrame(JSON.stringify(message)))
  })
}

export type JoinedMember = { readonly member: RoomMember; readonly joined: ServerMessageOf<'joined'> }

/** Members of a new room, all of whom have joined. */
export async function joinRoom(
  address: Address,
  room: string,
  count: number,
): Promise<readonly JoinedMember[]> {
  await RoomMember.createRoom(address, room)
  return joinMembers(address, room, count)
}

/** Members of a room that was created, all of whom have joined. */
export function joinMembers(address: Address, room: string, count: number): Promise<readonly JoinedMember[]> {
  return inLanes(count, LANES, async () => {
    const member = await RoomMember.open(address, room)
    await member.logIn()
    return { member, joined: await member.join() }
  })
}

/** Logins that are under way at once. */
const LANES = 16
