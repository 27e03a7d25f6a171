import type { ClientEvent } from '@chat-room/client'

export type RoomEvent = ClientEvent
export type ErrorEvent = Extract<RoomEvent, { readonly type: 'error' }>
