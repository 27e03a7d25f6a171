import type { IncomingMessage, RequestListener } from 'node:http'
import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { clientAddress } from './client-address.ts'
import { ConnectionCount, type ConnectionLimits } from './connection-count.ts'

/** Of HTTP/1.1: one that is answered and one behind it. No browser sends even that one before it has its answer. */
const PIPELINED = 2
/** Streams of HTTP/2 that are answered at once. A session may have a hundred, and an address more than a thousand sessions. */
const STREAMS: ConnectionLimits = { total: 4096, perAddress: 512 }
/** Milliseconds for which nothing moves on a stream until it is ended; its session may be kept alive by pings. */
const STALLED = 30_000

export type RequestLimits = { readonly limits?: ConnectionLimits; readonly stalled?: number }

/**
 * Bounds how many requests are answered at once: an answer that nobody takes keeps what it is made of, and asking for it
 * costs a client fifty bytes. Of HTTP/2, those beyond are refused so that a browser asks again by itself (RFC 9113 section
 * 8.7); of HTTP/1.1, they end their connection (RFC 9112 section 9.3.2).
 *
 * @param remoteOf Where a client is.
 */
export function limitRequests(
  listener: RequestListener,
  remoteOf: (socket: Socket) => string | undefined = socket => socket.remoteAddress,
  { limits = STREAMS, stalled = STALLED }: RequestLimits = {},
): RequestListener {
  const streams = new ConnectionCount(limits)
  const answering = new WeakMap<Socket, number>()

  function admitStream(stream: ServerHttp2Stream): boolean {
    const socket = stream.session?.socket
    if (socket === undefined) return false
    const address = clientAddress(remoteOf(socket as Socket))
    if (streams.enter(address) !== 'counted') {
      stream.close(constants.NGHTTP2_REFUSED_STREAM)
      return false
    }
    stream.once('close', () => streams.leave(address))
    stream.setTimeout(stalled, () => stream.close(constants.NGHTTP2_CANCEL))
    return true
  }

  return (request, response) => {
    const { stream } = request as IncomingMessage & { readonly stream?: ServerHttp2Stream }
    if (stream !== undefined) {
      if (admitStream(stream)) listener(request, response)
      return
    }
    const { socket } = request
    const before = answering.get(socket) ?? 0
    if (before >= PIPELINED) {
      socket.destroy()
      return
    }
    answering.set(socket, before + 1)
    response.once('close', () => answering.set(socket, (answering.get(socket) ?? 1) - 1))
    listener(request, response)
  }
}
