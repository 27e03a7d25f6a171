import type { ClientEvent } from '@chat-room/client'

/** With the picture that its sender made of it. */
type PicturedOffer = Extract<ClientEvent, { readonly type: 'file-offered' }> & {
  readonly preview?: Uint8Array<ArrayBuffer>
}

export type RoomEvent = ClientEvent | PicturedOffer
export type ErrorEvent = Extract<RoomEvent, { readonly type: 'error' }>
