import { readFileSync } from 'node:fs'
import type { Server } from 'node:tls'

const file = (variable: string) => readFileSync(process.env[variable] ?? '', 'utf8')

/** What every reference server is started with: the certificate of them all. */
export const certificate = () => ({ cert: file('TLS_CERT'), key: file('TLS_KEY') })

/** Listens where the system chooses, says so on the first line, and ends in order, so that a profile is written. */
export function listen(server: Pick<Server, 'listen' | 'address'>): void {
  server.listen(Number(process.env['PORT'] ?? 0), process.env['HOST'], () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    process.stdout.write(`https://localhost:${address.port}\n`)
  })
  process.once('SIGTERM', () => process.exit(0))
}

/** The sockets of each room, by the path they came with. */
export class RoomsByPath<T> {
  readonly #rooms = new Map<string, Set<T>>()

  enter(path: string, socket: T): Set<T> {
    const room = this.#rooms.get(path) ?? new Set<T>()
    this.#rooms.set(path, room)
    return room.add(socket)
  }
}
