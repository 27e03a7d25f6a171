import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { WebSocket } from 'ws'
import { hashSecret } from '../../src/edge/secrets.ts'
import { LIGHT_PROFILES } from './light-profiles.ts'
import type { ServedRooms } from './served-room.ts'

export type Message = { readonly type: string } & Readonly<Record<string, unknown>>

/** What came over a socket: a text frame's JSON, a binary frame, or its end. */
export type Heard =
  | { readonly message: Message }
  | { readonly frame: Uint8Array }
  | { readonly code: number; readonly reason: string }

const PASSWORD = 'correct horse battery staple'
const stretch = createOpaqueStretch(LIGHT_PROFILES)

export const base64url = (length: number): string => randomBytes(length).toString('base64url')

/** OPAQUE's first messages, by themselves. */
export const registrationRequest = async (): Promise<string> =>
  (await stretch.startRegistration(PASSWORD)).request
export const loginRequest = async (): Promise<string> => (await stretch.startLogin(PASSWORD)).request

/** A socket whose every byte is the test's: it says what no client of ours would. */
export class BareSocket {
  readonly #ws: WebSocket
  readonly #heard: Heard[] = []
  #wake: (() => void) | undefined

  protected constructor(ws: WebSocket) {
    this.#ws = ws
    ws.on('message', (data: Buffer, isBinary) =>
      this.#hear(isBinary ? { frame: data } : { message: JSON.parse(data.toString()) }),
    )
    ws.on('close', (code, reason) => this.#hear({ code, reason: reason.toString() }))
    // A server that hangs up while we still write: its close is what counts.
    ws.on('error', () => {})
  }

  protected static async connect({ url, ca }: ServedRooms, path: string): Promise<WebSocket> {
    const ws = new WebSocket(`${url}${path}`, SUBPROTOCOL, { ca, perMessageDeflate: false })
    // Whatever comes with the handshake's answer waits for the listeners. Before it is open, there is nothing to pause.
    ws.once('open', () => ws.pause())
    await once(ws, 'open')
    setImmediate(() => ws.resume())
    return ws
  }

  /** A text frame, or a binary one; an object goes as its JSON. */
  send(data: string | Uint8Array | Readonly<Record<string, unknown>>): void {
    if (typeof data === 'string' || data instanceof Uint8Array) this.#ws.send(data)
    else this.#ws.send(JSON.stringify(data))
  }

  /** A text frame of any bytes. */
  sendText(bytes: Uint8Array): void {
    this.#ws.send(bytes, { binary: false })
  }

  async next(): Promise<Heard> {
    while (this.#heard.length === 0) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    return this.#heard.shift() as Heard
  }

  /** The next message, which has this type. */
  async expect(type: string): Promise<Message> {
    const heard = await this.next()
    assert.ok('message' in heard && heard.message.type === type, `${type}, not ${JSON.stringify(heard)}`)
    return heard.message
  }

  ask(message: Message, reply: string): Promise<Message> {
    this.send(message)
    return this.expect(reply)
  }

  async close(): Promise<void> {
    if (this.#ws.readyState === WebSocket.CLOSED) return
    const closed = once(this.#ws, 'close')
    this.#ws.close(1000)
    await closed
  }

  #hear(heard: Heard): void {
    this.#heard.push(heard)
    this.#wake?.()
  }
}

/** On the room socket: the least that a client must do. To a blind server random bytes are as good as sealed ones. */
export class BareClient extends BareSocket {
  readonly server: ServedRooms
  readonly room: string
  readonly member = base64url(16)
  readonly secret = base64url(32)
  #fact: Message = { type: '' }
  #state = ''
  #loginResponse = ''

  private constructor(ws: WebSocket, server: ServedRooms, room: string) {
    super(ws)
    this.server = server
    this.room = room
  }

  /** Connected, and told where the room stands. */
  static async open(server: ServedRooms, room: string): Promise<BareClient> {
    const ws = await BareSocket.connect(server, `/rooms/${room}/socket`)
    const client = new BareClient(ws, server, room)
    client.#fact = await client.expect('room')
    return client
  }

  /** Joined to a room that is created for it. */
  static async member(server: ServedRooms, room: string): Promise<BareClient> {
    const client = await BareClient.open(server, room)
    await client.create()
    await client.logIn()
    await client.ask(client.join(), 'joined')
    return client
  }

  async create(): Promise<void> {
    await this.startCreation()
    const finish = await this.finishCreation()
    await this.ask(finish, 'created')
    this.#fact = await this.expect('room')
  }

  async startCreation(): Promise<void> {
    const { state, request } = await stretch.startRegistration(PASSWORD)
    this.#state = state
    const started = await this.ask({ type: 'start-creation', request }, 'creation-started')
    this.#loginResponse = String(started['response'])
  }

  async finishCreation(): Promise<Message> {
    const [profile = 0] = LIGHT_PROFILES.keys()
    const done = await stretch.finishRegistration(
      PASSWORD,
      this.#state,
      this.#loginResponse,
      this.#context(profile),
    )
    assert.ok(done.ok)
    return { type: 'finish-creation', record: done.value.record, wrap: base64url(97), profile }
  }

  async logIn(): Promise<void> {
    await this.startLogin()
    await this.ask(await this.finishLogin(), 'admitted')
  }

  async startLogin(): Promise<void> {
    const { state, request } = await stretch.startLogin(PASSWORD)
    this.#state = state
    const started = await this.ask({ type: 'start-login', request }, 'login-started')
    this.#loginResponse = String(started['response'])
  }

  async finishLogin(): Promise<Message> {
    const context = this.#context(Number(this.#fact['profile']))
    const done = await stretch.finishLogin(PASSWORD, this.#state, this.#loginResponse, context)
    assert.ok(done.ok)
    return { type: 'finish-login', finish: done.value.finish }
  }

  join(more: Readonly<Record<string, unknown>> = {}): Message {
    const { member } = this
    return {
      type: 'join',
      member,
      session: base64url(16),
      tag: base64url(16),
      hello: base64url(1_500),
      secretHash: hashSecret(this.secret),
      ...more,
    }
  }

  #context(profile: number) {
    return { roomId: this.room, deploymentId: String(this.#fact['deployment']), profile }
  }
}

/** On the segment socket. */
export class BareSegments extends BareSocket {
  /** Connected; nothing is said yet. */
  static async open(server: ServedRooms, room: string): Promise<BareSegments> {
    return new BareSegments(await BareSocket.connect(server, `/rooms/${room}/segments`))
  }

  /** Attached for a member. */
  static async attach(client: BareClient): Promise<BareSegments> {
    const { ticket } = await client.ask({ type: 'request-ticket' }, 'ticket')
    const socket = await BareSegments.open(client.server, client.room)
    await socket.ask({ type: 'attach', ticket }, 'attached')
    return socket
  }
}
