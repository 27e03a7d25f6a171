import type { ServerMessageOf } from '@chat-room/protocol'
import type { Id } from './ports.ts'
import type { Session } from './session.ts'

/** One who is present or away. */
export type Member = {
  readonly id: Id
  readonly tag: string
  /** The session that its newest hello announced. */
  session: Id
  presence: 'here' | 'away'
  /** When `presence` last changed, in milliseconds. */
  since: number
  /** Its socket, while it is here. */
  connection: Session | undefined
  /** Of its mailbox, confirmed in this process. */
  confirmed: number
  /** Told at its return; bounded, and lost with the process. */
  undelivered: ServerMessageOf<'undelivered'>[]
}
