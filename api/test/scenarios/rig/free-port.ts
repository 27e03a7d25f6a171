import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port for a server that is started again on it. Below the range from which systems take the ports of outgoing
 * connections: a client that tries to reach a server which is down could otherwise be given that very port, and so be
 * connected to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer()
    try {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return port
    } catch {
      // Somebody's: try another.
    } finally {
      server.close()
    }
  }
}
