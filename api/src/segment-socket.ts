import { LIMITS, parseSegmentClientMessage, TIMES } from '@chat-room/protocol'
import { MessageMeter, type MessageRate } from './edge/message-meter.ts'
import type { SegmentHandlers } from './edge/segment-connection.ts'
import type { SegmentPeer } from './edge/segment-peer.ts'
import type { Visitor } from './edge/socket-edge.ts'
import { SegmentTraffic } from './metrics/segment-traffic.ts'
import type { Relay, RelaySession } from './relay/relay.ts'
import type { Tickets } from './room/tickets.ts'

/** Of words, not of segments. */
const RATE: MessageRate = { burst: 512, perSecond: 512 }
/** A receiver that is served so many bytes may say one word more: a `want` each of a window's quarter, of the smallest segments. */
const BYTES_A_WORD = (LIMITS.windowSegments / 4) * LIMITS.segmentBytesMin

/** What arrives on a segment socket: a ticket first, and then the relay's to answer. */
export function createSegmentSocket(
  relay: Relay,
  tickets: Tickets,
  now: () => number,
  traffic = new SegmentTraffic(),
) {
  return (peer: SegmentPeer, { room, address }: Visitor): SegmentHandlers => {
    let session: RelaySession | undefined
    traffic.opened(peer)
    const meter = new MessageMeter(RATE)
    let paidFor = 0
    const countWord = () => {
      meter.earn((peer.bytesTaken - paidFor) / BYTES_A_WORD)
      paidFor = peer.bytesTaken
      const wait = meter.count(now())
      if (wait > 0) peer.rest(wait)
    }
    const late = setTimeout(() => peer.close('idle'), TIMES.attach)
    return {
      text(text) {
        countWord()
        const message = parseSegmentClientMessage(text)
        if (!message.ok) return peer.close('malformed', message.error.message)
        if (session !== undefined) return relay.receive(session, message.value, now())
        if (message.value.type !== 'attach') return peer.close('notAttached')
        clearTimeout(late)
        const holder = tickets.redeem(message.value.ticket, room, now())
        if (holder === undefined) return peer.close('notAttached')
        peer.entered()
        session = relay.attach(peer, { ...holder, address }, now())
      },
      place(length) {
        if (session !== undefined) return peer.place(length)
        peer.close('notAttached')
        return undefined
      },
      binary(bytes) {
        if (session === undefined) return
        traffic.received += bytes.length
        const violation = relay.frame(session, bytes, now())
        if (violation !== undefined) peer.close('malformed', `segment: ${violation}`)
      },
      closed() {
        clearTimeout(late)
        traffic.closed(peer)
        if (session !== undefined) relay.detach(session, now())
      },
    }
  }
}
