import type { RoomClient } from '@chat-room/client'

/** A path in quotes, whatever is in it. */
export const fileLine = (path: string): string => `:File "${path.replace(/["\\]/g, '\\$&')}"`

/** A text as a line that says it, and commands nothing (M7). */
export const literally = (text: string): string => (text.startsWith(':') ? `:${text}` : text)

const targetOf = ({ target }: RoomClient): string => (target.to === 'all' ? 'all' : target.alias)

/** Submits a line for `to` and leaves the target as it was. False: they are not there, and nobody got anything. */
export function submitTo(client: RoomClient, to: string, line: string): boolean {
  const before = targetOf(client)
  if (before !== to) client.submit(`:Dm ${to}`)
  // Nothing is re-targeted: whoever is gone leaves the target where it was.
  const isAimed = targetOf(client) === to
  if (isAimed) client.submit(line)
  if (targetOf(client) !== before) client.submit(`:Dm ${before}`)
  return isAimed
}
