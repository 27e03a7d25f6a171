import type { ServerMessage, ServerMessageOf } from '@chat-room/protocol'
import { type Connection, ConnectionLostError } from './connection.ts'

/** What readers ask the server for; rejects with `ConnectionLostError`, and is asked for again after the next resume. */
export const createRequests = (connection: Connection) => ({
  fetch: async (direction: 'after' | 'before', seq: number) =>
    answered(await connection.ask({ type: 'fetch', direction, seq }, 'page')),
  fetchHellos: async (sessions: readonly string[]) =>
    answered(await connection.ask({ type: 'fetch-hellos', sessions: [...sessions] }, 'hellos')),
  fetchMailbox: async (after: number) =>
    answered(await connection.ask({ type: 'fetch-mailbox', after }, 'mailbox-page')),
})

/** A refusal of what is no choice of a person is as good as a lost connection. */
export function answered<T extends ServerMessage>(
  message: T | ServerMessageOf<'refused'>,
): Exclude<T, { type: 'refused' }> {
  if (message.type === 'refused') throw new ConnectionLostError(`refused: ${message.code}`)
  return message as Exclude<T, { type: 'refused' }>
}
