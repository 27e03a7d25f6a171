import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { WebSocket, WebSocketServer } from 'ws'
import type { Room } from './room.ts'

export type Frame = {
  readonly from: 'client' | 'server'
  /** Of the socket: `/rooms/main/socket`, or that of the segments. */
  readonly path: string
  readonly isBinary: boolean
  readonly bytes: Buffer
}

/**
 * Sits between clients and the room's server with the room's own certificate, and so sees what a server sees: each frame
 * in the clear, and what the upgrade requests say. It can cut the line, and hold frames back.
 */
export class Wiretap implements AsyncDisposable {
  readonly frames: Frame[] = []
  /** Request lines and headers of the upgrades. */
  readonly requests: string[] = []
  /** Called for each frame as it comes, before it is held or goes on. */
  onFrame: (frame: Frame) => void = () => undefined
  /** A frame goes on when this resolves; those behind it on the same line wait. */
  hold: (frame: Frame) => Promise<void> | void = () => undefined
  /** What goes on in place of a frame that was not held, or not any more. */
  alter: (frame: Frame) => readonly Buffer[] = ({ bytes }) => [bytes]
  readonly #upstream: string
  readonly #ca: Buffer
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  readonly #lines = new Set<WebSocket>()
  #isOpen = true

  static async before(room: Room): Promise<Wiretap> {
    const [ca, cert, key] = await Promise.all(
      ['ca.crt', 'server.crt', 'server.key'].map(name => readFile(join(room.certsDirectory, name))),
    )
    const wiretap = new Wiretap(room.url, ca as Buffer, createServer({ cert, key }))
    wiretap.#server.listen(0, '127.0.0.1')
    await once(wiretap.#server, 'listening')
    return wiretap
  }

  private constructor(url: string, ca: Buffer, server: Server) {
    this.#upstream = url.replace(/^https:/, 'wss:')
    this.#ca = ca
    this.#server = server
    server.on('upgrade', (request, socket: Socket, head) => {
      this.requests.push(JSON.stringify([request.method, request.url, request.rawHeaders]))
      if (!this.#isOpen) return socket.destroy()
      this.#sockets.handleUpgrade(request, socket, head, client => this.#join(client, request.url ?? ''))
    })
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /** Every line breaks without a word, and no new one is made. */
  cut(): void {
    this.#isOpen = false
    for (const line of this.#lines) line.terminate()
  }

  mend(): void {
    this.#isOpen = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: WebSocket, path: string): void {
    const server = new WebSocket(`${this.#upstream}${path}`, client.protocol, {
      ca: this.#ca,
      perMessageDeflate: false,
    })
    const opened = new Promise<void>(resolve => server.once('open', resolve))
    this.#pass('client', client, server, path, opened)
    this.#pass('server', server, client, path, Promise.resolve())
  }

  #pass(from: Frame['from'], source: WebSocket, target: WebSocket, path: string, ready: Promise<void>): void {
    this.#lines.add(source)
    let before = ready
    source.on('message', (data: Buffer, isBinary) => {
      const frame = { from, path, isBinary, bytes: data }
      this.frames.push(frame)
      this.onFrame(frame)
      before = before.then(async () => {
        await this.hold(frame)
        if (target.readyState !== WebSocket.OPEN) return
        for (const bytes of this.alter(frame)) target.send(bytes, { binary: isBinary })
      })
    })
    source.on('close', code => {
      this.#lines.delete(source)
      // 1005 and 1006 are no codes to be sent: there was no close frame.
      if (code === 1005 || code === 1006) target.terminate()
      else before.then(() => target.close(code)).catch(() => target.terminate())
    })
    // What follows is its close.
    source.on('error', () => undefined)
  }
}
