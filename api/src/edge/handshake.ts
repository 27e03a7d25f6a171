import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { SUBPROTOCOL } from '@chat-room/protocol'

/** RFC 6455 section 1.3: what no server that knows nothing of WebSockets would append. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export const acceptKey = (key: string): string => hash('sha1', `${key}${GUID}`, 'base64')

/**
 * Answers the opening handshake of a request that was checked (RFC 6455 section 4.2.2); no extension is negotiated.
 * From here on frames may be written.
 */
export function acceptUpgrade({ headers }: IncomingMessage, socket: Socket): void {
  const accept = acceptKey(headers['sec-websocket-key'] ?? '')
  // The time limits of HTTP end with it.
  socket.setTimeout(0).setNoDelay()
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
  )
}
