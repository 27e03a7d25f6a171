import type { Id, NewMessage } from './ports.ts'

/**
 * The two facts that a message for everyone becomes, as JSON. `JSON.stringify` looks for characters to escape in what was
 * checked to have none, and that alone costs more than all else that happens to a message between the store and the sockets.
 */

export const entryText = (seq: number, { id, member, session, sealed, at }: NewMessage): string =>
  `{"type":"entry","seq":${seq},"kind":"message","id":"${id}","member":"${member}","session":"${session}","sealed":"${sealed}","at":${at}}`

export const acceptedText = (id: Id, seq: number, at: number): string =>
  `{"type":"accepted","id":"${id}","seq":${seq},"at":${at}}`
