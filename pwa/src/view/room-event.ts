import type { ClientEvent } from '@chat-room/client'

/** Of an own message that goes into the outbox: it is shown at once, whatever the network does. */
type SaidEvent = {
  readonly type: 'said'
  readonly id: string
  /** `all`, or the alias of the one whom a DM is for. */
  readonly to: string
  readonly text: string
  readonly at: number
}

export type RoomEvent = ClientEvent | SaidEvent
export type ErrorEvent = Extract<ClientEvent, { readonly type: 'error' }>
