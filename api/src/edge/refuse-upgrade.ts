import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Refusal } from './upgrade-check.ts'

/** How long a refused client may take to read a few hundred bytes. */
const READ_WITHIN = 5_000

/** After an upgrade request there is no response object: the answer is written by hand (RFC 9112), then all ends. */
export function refuseUpgrade(socket: Socket, { status, message, headers = {} }: Refusal): void {
  const body = `${message}\n`
  const fields = {
    ...headers,
    connection: headers['upgrade'] === undefined ? 'close' : 'close, upgrade',
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
  }
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.setTimeout(READ_WITHIN, () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`, () =>
    socket.destroy(),
  )
}
