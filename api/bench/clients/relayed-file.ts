import { LIMITS, type RelayMessage, type SegmentClientMessage } from '@chat-room/protocol'
import { textFrame } from './frames.ts'
import type { RawSocket } from './raw-socket.ts'
import { randomText } from './room-member.ts'
import { createSegmentFile, SegmentCheck, type SegmentFile, sendSegment } from './segments.ts'

/** A file through the project's relay, by clients that neither encrypt nor write: what is measured is the relay. */

const say = (socket: RawSocket, message: SegmentClientMessage): void =>
  socket.send(textFrame(JSON.stringify(message)))

const hear = (payload: Buffer): RelayMessage => JSON.parse(payload.toString()) as RelayMessage

/** Ciphertext that a receiver has on its way at most, in bytes. */
const WINDOW_BYTES = LIMITS.windowSegments * LIMITS.segmentBytes

export type RelayedFile = {
  /** For each receiver, when it has all of it: the seconds that took. */
  readonly arrivals: readonly Promise<number>[]
  /** Rejects for the first failure of anybody; resolves when all have it and the relay has forgotten it. */
  readonly over: Promise<void>
}

/** Begins to move one new file from a sender to all receivers. */
export async function relayFile(
  sender: RawSocket,
  receivers: readonly RawSocket[],
  mebibytes: number,
  segmentBytes?: number,
): Promise<RelayedFile> {
  const file = createSegmentFile(mebibytes, segmentBytes)
  const upload = await provide(sender, file, randomText(32))
  const begun = performance.now()
  const arrivals = receivers.map(async receiver => {
    await receive(receiver, file)
    return (performance.now() - begun) / 1000
  })
  const over = Promise.race([Promise.all(arrivals), upload.failed]).then(() => upload.withdraw())
  return { arrivals, over }
}

type Uploading = {
  /** Never resolves; rejects for a refusal. */
  readonly failed: Promise<never>
  /** Lets the relay forget the file, so that its disk does not fill. */
  withdraw(): Promise<void>
}

/** Announces the file, and from then on sends whatever the relay wants. */
function provide(socket: RawSocket, file: SegmentFile, secret: string): Promise<Uploading> {
  const transfer = file.transfer.toString('base64url')
  const failure = Promise.withResolvers<never>()
  const ended = Promise.withResolvers<void>()
  failure.promise.catch(() => {})
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      failure.reject(error)
      reject(error)
    }
    socket.onEnd = fail
    socket.onText = payload => {
      const message = hear(payload)
      if (message.type === 'providing') {
        resolve({
          failed: failure.promise,
          withdraw() {
            say(socket, { type: 'withdraw', transfer, secret })
            return ended.promise
          },
        })
      } else if (message.type === 'want') {
        for (let index = message.first; index < message.first + message.count; index++) {
          sendSegment(socket, file, index)
        }
      } else if (message.type === 'ended') {
        ended.resolve()
      } else if (message.type === 'refused') {
        fail(new Error(`the relay refuses: ${message.code}`))
      }
    }
    const { segmentBytes: segmentSize } = file
    const size = file.segments * segmentSize
    say(socket, { type: 'provide', transfer, to: 'all', size, segmentSize, secret })
  })
}

/** Wants as our clients do: a window that moves by a quarter of itself. */
function receive(socket: RawSocket, file: SegmentFile): Promise<void> {
  const transfer = file.transfer.toString('base64url')
  const units = file.segments + 1
  const window = Math.min(LIMITS.windowSegments, WINDOW_BYTES / file.segmentBytes)
  const check = new SegmentCheck(file)
  let wanted = 0
  const want = () => {
    const end = Math.min(check.received + window, units)
    if (end - wanted < window / 4 && end < units) return
    if (end > wanted) say(socket, { type: 'want', transfer, first: 0, count: end })
    wanted = end
  }
  return new Promise((resolve, reject) => {
    socket.onEnd = reject
    socket.onText = payload => {
      const message = hear(payload)
      if (message.type === 'refused' || message.type === 'ended' || message.type === 'unavailable') {
        reject(new Error(`a receiver is told: ${payload}`))
      }
    }
    socket.onPiece = (piece, offset, length) => {
      try {
        check.piece(piece, offset, length)
      } catch (error) {
        reject(error)
      }
      if (offset + piece.length < length) return
      want()
      if (!check.complete) return
      say(socket, { type: 'received', transfer })
      resolve()
    }
    want()
  })
}
