import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request as ask, createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import type { Room } from '../../../api/test/scenarios/rig/room.ts'

/**
 * Stands before the room's server with its certificate, and passes everything on but what it answers itself: a browser asks for
 * a service worker beside every other means of a test.
 */
export class Front implements AsyncDisposable {
  /** Bodies by path, of scripts. */
  readonly answers = new Map<string, string>()
  readonly #server: Server
  readonly #lines = new Set<Duplex>()
  readonly #room: {
    readonly host: string
    readonly port: number
    readonly ca: Buffer
    readonly servername: string
  }

  static async before(room: Room): Promise<Front> {
    const [ca, cert, key] = await Promise.all(
      ['ca.crt', 'server.crt', 'server.key'].map(name => readFile(join(room.certsDirectory, name))),
    )
    const front = new Front(room.port, ca as Buffer, createServer({ cert, key }))
    front.#server.listen(0, '127.0.0.1')
    await once(front.#server, 'listening')
    return front
  }

  private constructor(port: number, ca: Buffer, server: Server) {
    this.#room = { host: '127.0.0.1', port, ca, servername: 'localhost' }
    this.#server = server
    server.on('request', (request, response) => {
      const own = this.answers.get(request.url ?? '')
      if (own !== undefined) return response.setHeader('Content-Type', 'text/javascript').end(own)
      const { method, url: path, headers } = request
      const onward = ask({ ...this.#room, method, path, headers }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      // A browser that goes away in the middle is no failure.
      onward.on('error', () => response.destroy())
      request.pipe(onward)
    })
    server.on('upgrade', (request, socket, head) => this.#passOn(request, socket, head))
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    for (const line of this.#lines) line.destroy()
    await once(this.#server, 'close')
  }

  #passOn({ method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
    const headers = rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')
    const onward = connect(this.#room, () => {
      onward.write(`${method} ${url} HTTP/1.1\r\n${headers}\r\n`)
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    for (const end of [socket, onward]) end.on('error', () => [socket, onward].map(each => each.destroy()))
    this.#lines.add(socket)
    socket.on('close', () => {
      this.#lines.delete(socket)
      onward.destroy()
    })
  }
}
