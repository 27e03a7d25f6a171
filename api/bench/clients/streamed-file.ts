import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { type Address, openTls, RawSocket } from './raw-socket.ts'
import { createSegmentFile, SegmentCheck, type SegmentFile, sendSegment } from './segments.ts'

/** A file through the reference servers, which know nothing of files. */

export type Move = (mebibytes: number) => Promise<void>

/** By `ws`: the same frames as through our relay. */
export async function throughWebSockets(address: Address, receivers: number): Promise<Move> {
  const sender = await RawSocket.open(address, '/sender')
  const sockets = await Promise.all(
    Array.from({ length: receivers }, () => RawSocket.open(address, '/receiver')),
  )
  return async mebibytes => {
    const file = createSegmentFile(mebibytes)
    const arrived = Promise.all(sockets.map(socket => arrival(socket, file)))
    for (let index = 0; index <= file.segments; index++) {
      if (!sendSegment(sender, file, index)) await once(sender.tls, 'drain')
    }
    await arrived
  }
}

function arrival(socket: RawSocket, file: SegmentFile): Promise<void> {
  const check = new SegmentCheck(file)
  return new Promise((resolve, reject) => {
    socket.onEnd = reject
    socket.onPiece = (piece, offset, length) => {
      try {
        check.piece(piece, offset, length)
      } catch (error) {
        reject(error)
      }
      if (check.complete) resolve()
    }
  })
}

const PIECE = Buffer.alloc(256 * 1024, 'the physical anchor: bytes through TLS, and nothing else. ')

/** By bare TLS: the first byte says which end one is. */
export async function throughPipe(address: Address, receivers: number): Promise<Move> {
  const sockets = await Promise.all(Array.from({ length: receivers }, () => asEnd(address, 'R')))
  const sender = await asEnd(address, 'S')
  return async mebibytes => {
    const bytes = mebibytes * 1024 * 1024
    const arrived = Promise.all(sockets.map(socket => bytesArrive(socket, bytes)))
    for (let sent = 0; sent < bytes; sent += PIECE.length) {
      if (!sender.write(PIECE)) await once(sender, 'drain')
    }
    await arrived
  }
}

async function asEnd(address: Address, end: 'S' | 'R'): Promise<TLSSocket> {
  const socket = await openTls(address)
  socket.write(end)
  await once(socket, 'data')
  return socket
}

function bytesArrive(socket: TLSSocket, bytes: number): Promise<void> {
  let received = 0
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; ) {
        const from = received % PIECE.length
        const end = Math.min(chunk.length, at + PIECE.length - from)
        if (PIECE.compare(chunk, at, end, from, from + end - at) !== 0)
          reject(new Error('bytes were changed'))
        received += end - at
        at = end
      }
      if (received < bytes) return
      socket.off('data', read)
      resolve()
    }
    socket.on('data', read)
    socket.once('close', () => reject(new Error('the pipe broke')))
  })
}
