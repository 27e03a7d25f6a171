import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'

/** The certificate that is shown for this name, verified down to `root`; the error's code if it cannot be. */
export function shown(port: number, domain: string, root: string): Promise<X509Certificate | string> {
  const { promise, resolve } = Promise.withResolvers<X509Certificate | string>()
  const socket = connect(
    // Node has an empty cache of sessions here: each time is a full handshake.
    { port, host: '127.0.0.1', ca: root, ...(isIP(domain) === 0 ? { servername: domain } : {}) },
    () => {
      resolve(socket.getPeerX509Certificate() ?? 'none')
      socket.destroy()
    },
  )
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  return promise
}
