import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { SUBPROTOCOL } from '@chat-room/protocol'
import { clientFrame, FrameReader, OPCODE } from './frames.ts'

export type Address = {
  readonly url: URL
  readonly ca: string
  /** What an earlier connection left (RFC 8446 section 2.2). Without it each handshake is a full one. */
  readonly tlsSession?: Buffer
}

/** The connection ended while something was still expected of it. */
export class SocketEnded extends Error {
  override readonly name = 'SocketEnded'
}

const END_OF_HEADERS = '\r\n\r\n'

/**
 * A WebSocket that costs next to nothing: one TLS socket, a parser without copies, and one write for all that is sent in a
 * turn. A library's client would make the load's side the limit of every measurement.
 */
export class RawSocket {
  readonly tls: TLSSocket
  onText: (payload: Buffer) => void = () => {}
  onPiece: (piece: Buffer, offset: number, length: number) => void = () => {}
  onEnd: (error: SocketEnded) => void = () => {}
  #queue: Buffer[] = []
  #isOver = false

  private constructor(tls: TLSSocket) {
    this.tls = tls
  }

  static async open(address: Address, path: string): Promise<RawSocket> {
    const { url } = address
    const tls = await openTls(address)
    const socket = new RawSocket(tls)
    const key = randomBytes(16).toString('base64')
    tls.write(
      `GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}${END_OF_HEADERS}`,
    )
    await socket.#upgraded()
    return socket
  }

  /** Frames, whole; written when the present turn ends. */
  send(frame: Buffer): void {
    if (this.#queue.length === 0) process.nextTick(() => this.#flush())
    this.#queue.push(frame)
  }

  /** A frame in two parts, of which the second is large and is not copied. False: wait for `drain`. */
  sendParts(head: Buffer, body: Buffer): boolean {
    this.#flush()
    this.tls.cork()
    this.tls.write(head)
    const goesOn = this.tls.write(body)
    this.tls.uncork()
    return goesOn
  }

  /** Ends it without a goodbye: what a lost connection looks like. */
  destroy(): void {
    this.#isOver = true
    this.tls.destroy()
  }

  #flush(): void {
    const queue = this.#queue
    this.#queue = []
    if (queue.length > 0 && !this.#isOver)
      this.tls.write(queue.length === 1 ? (queue[0] as Buffer) : Buffer.concat(queue))
  }

  /** Resolves at the end of the answer's headers; what follows waits until whoever opened this has set its listeners. */
  #upgraded(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const reader = new FrameReader({
      whole: (opcode, payload) => this.#whole(opcode, payload),
      piece: (piece, offset, length) => this.onPiece(piece, offset, length),
    })
    let answer = Buffer.alloc(0)
    const readAnswer = (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf(END_OF_HEADERS)
      if (end === -1) return
      const [status = ''] = answer.toString('latin1').split('\r\n')
      if (!status.startsWith('HTTP/1.1 101'))
        return this.tls.destroy(new SocketEnded(`no WebSocket: ${status}`))
      this.tls.off('data', readAnswer)
      this.tls.pause()
      const rest = answer.subarray(end + END_OF_HEADERS.length)
      setImmediate(() => {
        reader.read(rest)
        this.tls.on('data', bytes => reader.read(bytes))
        this.tls.resume()
      })
      resolve()
    }
    this.tls.on('data', readAnswer)
    this.tls.on('error', reject)
    this.tls.on('close', () => {
      this.#ended('the connection broke')
      reject(new SocketEnded('the connection broke before it was a WebSocket'))
    })
    return promise
  }

  #whole(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.text) {
      this.onText(payload)
    } else if (opcode === OPCODE.ping) {
      this.send(clientFrame(OPCODE.pong, payload))
    } else if (opcode === OPCODE.close) {
      const code = payload.length >= 2 ? payload.readUInt16BE() : 1005
      this.#ended(`the server closed with ${code}: ${payload.subarray(2)}`)
      this.tls.destroy()
    }
  }

  #ended(why: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.onEnd(new SocketEnded(why))
  }
}

/** Throws if the server does not know the session that the address names. */
export async function openTls({ url, ca, tlsSession: session }: Address): Promise<TLSSocket> {
  const place = { host: '127.0.0.1', port: Number(url.port), servername: 'localhost', ca }
  const tls = connect(session === undefined ? place : { ...place, session })
  tls.setNoDelay()
  await once(tls, 'secureConnect')
  if (session !== undefined && !tls.isSessionReused()) throw new Error('the TLS session was not resumed')
  return tls
}
