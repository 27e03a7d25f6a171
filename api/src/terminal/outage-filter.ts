import type { ClientEvent } from '@chat-room/client'

/** Whether an event is worth a person's line: a lost connection is told once, not at every attempt to come back. */
export function createOutageFilter(): (event: ClientEvent) => boolean {
  let isTold = false
  return event => {
    if (event.type !== 'connection') return true
    const isNews = event.state !== 'offline' || !isTold
    if (event.state !== 'connecting') isTold = event.state === 'offline'
    return isNews
  }
}
