import type { ClientEvent } from '@chat-room/client'

/** How a client shows itself and where its lines come from. */
export type Face = {
  readonly lines: AsyncIterator<string, void>
  /** How many messages may be on their way before the next line is read. */
  readonly unacknowledged: number
  show(event: ClientEvent): void
  /** Says something of its own, outside the stream of events. */
  complain(text: string): void
  close(): void
}
