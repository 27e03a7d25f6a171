import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type CloseName, failure, LIMITS, ok, type Result, TIMES } from '@chat-room/protocol'
import type { RawData, WebSocket } from 'ws'
import { BufferPool } from './buffer-pool.ts'
import { clientAddress } from './client-address.ts'
import type { Connection, Log, SocketHandlers } from './connection.ts'
import { ConnectionCount, type ConnectionLimits } from './connection-count.ts'
import { Newcomers } from './newcomers.ts'
import { SLOW_READER_BUFFER } from './outgoing.ts'
import { PingWheel } from './ping-wheel.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { RoomConnection } from './room-connection.ts'
import { RoomPeer } from './room-peer.ts'
import { SegmentConnection, type SegmentHandlers } from './segment-connection.ts'
import { createSegmentDoor } from './segment-door.ts'
import { SegmentPeer } from './segment-peer.ts'
import type { ServerEnd } from './server-end.ts'
import { checkUpgrade, type Refusal, type UpgradeRules, type Wanted } from './upgrade-check.ts'
import { createDoor } from './websocket.ts'

export type Visitor = {
  readonly room: string
  /** As limits count it: an IPv4 address or an IPv6 network. */
  readonly address: string
}

export type SocketEdgeOptions = UpgradeRules & {
  readonly limits: ConnectionLimits
  /** Of the sockets that have neither joined nor attached. */
  readonly newcomers?: ConnectionLimits
  readonly log: Log
  /** Where a client is, when a balancer stands before us. */
  readonly remoteOf?: (request: IncomingMessage) => string | undefined
  readonly onRoomSocket: (peer: RoomPeer, visitor: Visitor) => SocketHandlers
  readonly onSegmentSocket: (peer: SegmentPeer, visitor: Visitor) => SegmentHandlers
  /** Memory for segments; the relay gives it back. */
  readonly buffers?: BufferPool
  /** Bytes one client may be owed. */
  readonly slowReaderBuffer?: number
  /** Milliseconds between two pings of a socket. */
  readonly pingEvery?: number
  /** Milliseconds a client has to answer our close frame. */
  readonly farewell?: number
}

export interface SocketEdge {
  /** Takes the server's upgrades. */
  attach(server: UpgradeSource): void
  /** How many are open. */
  usage(): { readonly room: number; readonly segments: number }
  /** Takes no more sockets, closes those there are, and resolves when the last one is gone. */
  closeAll(name: CloseName): Promise<void>
}

type Admitted = Visitor & Wanted
type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void
type UpgradeSource = { on(event: 'upgrade', listener: UpgradeListener): unknown }

/** Sockets are pinged in this many groups, one after the other. */
const PING_SLOTS = 50
const FAREWELL = 3_000

/** A quarter of all sockets may be newcomers; from one address as many as come at once when a club meets. */
const newcomersOf = ({ total }: ConnectionLimits): ConnectionLimits => ({
  total: Math.max(16, Math.ceil(total / 4)),
  perAddress: 256,
})

const SHUTTING_DOWN: Refusal = { status: 503, message: 'the server is shutting down' }
const FULL: Readonly<Record<'total' | 'per-address', Refusal>> = {
  total: { status: 503, message: 'the server has all the connections it can hold' },
  'per-address': { status: 429, message: 'too many connections from this address' },
}

/** The room's and the relay's WebSockets: who gets one, what arrives on it, and when it ends. */
export function createSocketEdge(options: SocketEdgeOptions): SocketEdge {
  const { log, slowReaderBuffer = SLOW_READER_BUFFER, pingEvery = TIMES.ping, farewell = FAREWELL } = options
  const { buffers = new BufferPool() } = options
  const count = new ConnectionCount(options.limits)
  const newcomers = new Newcomers<Connection>(options.newcomers ?? newcomersOf(options.limits))
  const wheel = new PingWheel<Connection>(PING_SLOTS)
  const rooms = new Map<WebSocket, RoomConnection>()
  const segments = new Set<SegmentConnection>()
  let closing: CloseName | undefined
  let onEmpty: (() => void) | undefined

  const timer = setInterval(() => wheel.turn(), pingEvery / PING_SLOTS)
  timer.unref()

  const roomDoor = createDoor({ maxPayload: LIMITS.clientFrameBytes, farewell })
  const segmentDoor = createSegmentDoor({ farewell })

  function upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const socket = duplex as Socket
    // Nobody listens for errors between the HTTP parser, which lets go of the socket here, and `ws`.
    socket.on('error', ignore)
    const admitted = admit(request, socket)
    if (admitted.ok) enter(admitted.value, request, socket, head)
    else refuseUpgrade(socket, admitted.error)
  }

  /** Whom it admits, it has counted. */
  function admit(request: IncomingMessage, socket: Socket): Result<Admitted, Refusal> {
    const checked = checkUpgrade(request, options)
    if (!checked.ok) return checked
    if (closing !== undefined) return failure(SHUTTING_DOWN)
    const address = clientAddress(options.remoteOf?.(request) ?? socket.remoteAddress)
    const counted = count.enter(address)
    return counted === 'counted' ? ok({ ...checked.value, address }) : failure(FULL[counted])
  }

  function enter(
    { kind, ...visitor }: Admitted,
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
  ): void {
    let isOpen = false
    try {
      if (kind === 'room') {
        socket.cork()
        roomDoor.enter(request, socket, head, ws => {
          isOpen = true
          openRoom(ws, socket, visitor)
        })
      } else {
        segmentDoor.enter(request, socket, end => {
          isOpen = true
          openSegments(end, socket, head, visitor)
        })
      }
    } catch (error) {
      log.error({ err: error }, 'an upgrade failed')
    }
    if (isOpen) return
    count.leave(visitor.address)
    socket.destroy()
  }

  function openRoom(ws: WebSocket, socket: Socket, visitor: Visitor): void {
    const peer = new RoomPeer(ws, socket, slowReaderBuffer)
    const connection = new RoomConnection(ws, peer, visitor.address, log)
    rooms.set(ws, connection)
    opened(connection)
    ws.on('message', onMessage)
      .on('ping', onControl)
      .on('pong', onControl)
      .on('close', onClose)
      .on('error', onError)
    if (closing === undefined) connection.open(() => options.onRoomSocket(peer, visitor))
    // The answer to the handshake and the room's first word are one record of TLS and one write.
    setImmediate(() => {
      peer.flush()
      socket.uncork()
    })
  }

  function openSegments(end: ServerEnd, socket: Socket, head: Buffer, visitor: Visitor): void {
    const peer = new SegmentPeer(end, socket, slowReaderBuffer, buffers)
    const connection = new SegmentConnection(end, peer, visitor.address, log)
    segments.add(connection)
    opened(connection)
    socket.once('close', () => {
      segments.delete(connection)
      gone(connection)
    })
    if (closing === undefined) connection.open(() => options.onSegmentSocket(peer, visitor))
    end.listen(connection, head)
  }

  function opened(connection: Connection): void {
    wheel.add(connection)
    connection.peer.arrive(() => newcomers.delete(connection))
    newcomers.add(connection)
    if (closing !== undefined) connection.peer.close(closing)
  }

  function gone(connection: Connection): void {
    wheel.remove(connection)
    count.leave(connection.address)
    connection.closed()
    if (isEmpty()) onEmpty?.()
  }

  const isEmpty = () => rooms.size === 0 && segments.size === 0

  // One listener for all sockets: a closure per socket is what makes an idle one expensive.
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean) {
    // A Buffer, since `binaryType` is left at its default.
    rooms.get(this)?.received(data as Buffer, isBinary)
  }

  function onControl(this: WebSocket, payload: Buffer) {
    rooms.get(this)?.receivedControl(payload)
  }

  function onClose(this: WebSocket) {
    const connection = rooms.get(this)
    if (connection === undefined) return
    rooms.delete(this)
    gone(connection)
  }

  /** `ws` has closed the connection by itself, with the code that the error calls for. */
  function onError(error: Error) {
    log.debug({ err: error }, 'a client broke the WebSocket protocol')
  }

  return {
    attach(server) {
      server.on('upgrade', upgrade)
    },

    usage: () => ({ room: rooms.size, segments: segments.size }),

    closeAll(name) {
      closing = name
      clearInterval(timer)
      for (const { peer } of [...rooms.values(), ...segments]) peer.close(name)
      if (isEmpty()) return Promise.resolve()
      return new Promise(resolve => {
        onEmpty = resolve
      })
    },
  }
}

function ignore() {}
