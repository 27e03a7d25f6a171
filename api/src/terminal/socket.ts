import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import { type Clock, type ConnectionProblem, freeMemory, type OpenSocket } from '@chat-room/client'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import WebSocket, { type ClientOptions, type RawData } from 'ws'
import { maskInPlace } from './binary-frame.ts'
import { connectionProblem } from './connection-problem.ts'
import { ReadChunks } from './read-chunks.ts'
import type { Trust } from './trust.ts'

/** No frame of either socket is larger: a page of catch-up is half of it, a segment and its header all of it. */
const MAX_PAYLOAD = LIMITS.segmentBytesMax + SEGMENT_HEADER_BYTES

/**
 * The server pings every 25 s: after twice that and some, the network is gone and nobody said so (a laptop slept). On a slow
 * one a ping may wait behind megabytes of segments, so that every byte counts as a sign of life.
 */
const SILENCE = 60_000
const OPENING = 20_000

/** WebSockets over TLS, by `ws`. */
export function createOpenSocket(trust: Trust, clock: Clock): OpenSocket {
  return (url, subprotocol, handlers) => {
    const shown: { certificate?: X509Certificate | undefined } = {}
    let problem: ConnectionProblem | undefined
    let waiting: { readonly below: number; readonly resolve: () => void }[] = []

    const socket = new WebSocket(url, [subprotocol], {
      // `ws` takes what `tls.connect` takes; its types name only a part of it.
      ...({ secureContext: trust() } as object),
      minVersion: 'TLSv1.2',
      // Said aloud, since NODE_TLS_REJECT_UNAUTHORIZED would be heard otherwise.
      rejectUnauthorized: true,
      perMessageDeflate: false,
      maxPayload: MAX_PAYLOAD,
      // Answered below: the library would keep a view into what was read.
      autoPong: false,
      createConnection: noteCertificate(certificate => {
        shown.certificate = certificate
      }),
    })

    const isBelow = (mark: number) => socket.readyState !== WebSocket.OPEN || socket.bufferedAmount <= mark
    const wake = () => {
      const woken = waiting.filter(({ below }) => isBelow(below))
      if (woken.length === 0) return
      waiting = waiting.filter(({ below }) => !isBelow(below))
      for (const { resolve } of woken) resolve()
    }

    let cancelWatch = clock.after(OPENING, () => {
      problem = { reason: 'unreachable', message: `${new URL(url).host} does not answer` }
      socket.terminate()
    })
    let heard = clock.now()
    // One timer for all that arrives: it is looked at when it rings.
    const watch = (left: number) => {
      cancelWatch = clock.after(left, () => {
        // A clock that was set back by more than that is no proof of life either.
        const rest = SILENCE - Math.abs(clock.now() - heard)
        if (rest > 0) watch(rest)
        else socket.terminate()
      })
    }

    const chunks = new ReadChunks()
    let network: Duplex | undefined
    socket.on('upgrade', ({ socket: opened }) => {
      network = opened
    })
    socket.on('open', () => {
      // Not before: what came with the server's answer would be handed out while the library does not listen yet. And in
      // front of the library's own listener: a chunk is known when what lies in it is handed out.
      network?.prependListener('data', (chunk: Buffer) => {
        heard = clock.now()
        chunks.read(chunk)
      })
      cancelWatch()
      heard = clock.now()
      watch(SILENCE)
      handlers.opened()
    })
    socket.on('ping', payload => {
      socket.pong(Buffer.from(payload))
      chunks.spent()
    })
    socket.on('message', (data, isBinary) => {
      const bytes = asBuffer(data)
      if (isBinary) handlers.binary(chunks.apart(bytes))
      else handlers.text(bytes.toString('utf8'))
      chunks.spent()
    })
    socket.on('unexpected-response', (_request, response) => {
      const { host } = new URL(url)
      problem = {
        reason: 'unreachable',
        message: `${host} does not open the room: it answered with HTTP status ${response.statusCode}`,
      }
      socket.terminate()
    })
    socket.on('error', error => {
      problem ??= connectionProblem(url, error, shown.certificate)
    })
    socket.on('close', code => {
      cancelWatch()
      wake()
      handlers.closed(code, problem)
    })

    return {
      send(data) {
        if (socket.readyState !== WebSocket.OPEN) return
        if (typeof data === 'string') socket.send(data, wake)
        else if (network !== undefined) {
          // Between two frames of the library, which writes each of its own at once, and counts what waits here.
          network.cork()
          network.write(maskInPlace(data))
          network.write(data, () => {
            freeMemory(data)
            wake()
          })
          network.uncork()
        }
      },
      get buffered() {
        return socket.bufferedAmount
      },
      drained: below =>
        isBelow(below)
          ? Promise.resolve()
          : new Promise(resolve => {
              waiting.push({ below, resolve })
            }),
      close: code => socket.close(code),
    }
  }
}

/**
 * Tells the certificate a server shows before it is judged. A refused connection is gone by the time its error is
 * heard, and a second one made to ask again would have to trust what it asks about.
 */
function noteCertificate(note: (certificate: X509Certificate | undefined) => void) {
  const open = (options: { readonly host?: string }): TLSSocket => {
    const { host = '' } = options
    // An address is no server name (RFC 6066, 3); `path` is the request's here, and would be a Unix socket's there.
    const socket = connect({ ...options, path: undefined, servername: isIP(host) === 0 ? host : '' })
    // Node's own listener for this event destroys the socket when verification failed.
    // Not `getPeerX509Certificate`: asked before Node's own check, it leaves that check (Node 24) without a certificate.
    socket.prependListener('secure', () => {
      const { raw } = socket.getPeerCertificate()
      note(raw === undefined ? undefined : new X509Certificate(raw))
    })
    return socket
  }
  return open as NonNullable<ClientOptions['createConnection']>
}

function asBuffer(data: RawData): Buffer<ArrayBuffer> {
  if (Array.isArray(data)) return Buffer.concat(data)
  if (data instanceof ArrayBuffer) return Buffer.from(data)
  // What a network socket reads is never backed by shared memory; its type leaves that open.
  return data as Buffer<ArrayBuffer>
}
