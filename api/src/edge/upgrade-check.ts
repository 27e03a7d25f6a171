import type { IncomingMessage } from 'node:http'
import { failure, ok, type Result, ROOM_NAME, SUBPROTOCOL } from '@chat-room/protocol'
import type { Hosts } from './hosts.ts'

type SocketKind = 'room' | 'segments'
export type Wanted = { readonly kind: SocketKind; readonly room: string }

/** An answer in words to somebody who does not get a socket. */
export type Refusal = {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

export type UpgradeRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>

export type UpgradeRules = {
  readonly hosts: Pick<Hosts, 'allowsHost' | 'allowsOrigin'>
  readonly hasRoom: (room: string) => boolean
}

const TARGET = /^\/rooms\/([^/?#]+)\/(socket|segments)$/
/** RFC 6455 section 4.1: 16 bytes, base64. */
const KEY = /^[A-Za-z\d+/]{22}==$/
const HEADERS = 64
const HEADER_BYTES = 8 * 1024

/**
 * Everything that must be true of a request before it reaches the WebSocket library; which then refuses nothing more
 * for a reason of its own.
 */
export function checkUpgrade(
  request: UpgradeRequest,
  { hosts, hasRoom }: UpgradeRules,
): Result<Wanted, Refusal> {
  const { method, url = '', headers, rawHeaders } = request
  if (method !== 'GET') return refuse(405, 'a WebSocket is opened by GET', { allow: 'GET' })
  if (rawHeaders.length > 2 * HEADERS || sizeOf(rawHeaders) > HEADER_BYTES) {
    return refuse(431, 'too many or too large header fields')
  }
  if (!hosts.allowsHost(headers.host)) return refuse(421, 'this server does not answer to that host name')

  const [, room = '', door] = TARGET.exec(url) ?? []
  if (door === undefined || !ROOM_NAME.test(room) || !hasRoom(room))
    return refuse(404, 'there is no such room')
  if (!hosts.allowsOrigin(headers.origin, headers.host)) {
    return refuse(403, 'pages of other sites may not open this socket')
  }

  if (headers.upgrade?.toLowerCase() !== 'websocket') return refuse(426, 'a WebSocket is here', WEBSOCKET)
  // Version 8 would name its origin in another header, past the check above.
  if (headers['sec-websocket-version'] !== '13') {
    return refuse(426, 'this server speaks version 13 of WebSocket', {
      ...WEBSOCKET,
      'sec-websocket-version': '13',
    })
  }
  if (!KEY.test(headers['sec-websocket-key'] ?? ''))
    return refuse(400, 'Sec-WebSocket-Key is missing or malformed')
  const offered = headers['sec-websocket-protocol']?.split(',').map(name => name.trim()) ?? []
  if (!offered.includes(SUBPROTOCOL))
    return refuse(400, `this server speaks the subprotocol ${SUBPROTOCOL} only`)
  return ok({ kind: door === 'socket' ? 'room' : 'segments', room })
}

const WEBSOCKET = { upgrade: 'websocket' }

const refuse = (status: number, message: string, headers: Refusal['headers'] = {}): Result<Wanted, Refusal> =>
  failure({ status, message, headers })

const sizeOf = (rawHeaders: readonly string[]): number =>
  rawHeaders.reduce((sum, text) => sum + text.length + 2, 0)
