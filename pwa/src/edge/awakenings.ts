import type { Clock } from '@chat-room/client'
import type { Awakenings } from './socket.ts'

const TICK = 15_000

/**
 * The server gives a silent connection up after 75 s at the latest. Timers of a hidden page come once a minute: a tick
 * that is later than this was held up by sleep.
 */
const SLEPT = 90_000

/** A network that is back, or a clock that went on without us. */
export function createAwakenings(clock: Clock, page: EventTarget = globalThis): Awakenings {
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  let last = clock.now()
  const look = () => {
    const now = clock.now()
    if (now - last > SLEPT) tell()
    last = now
  }
  const tick = () => {
    look()
    clock.after(TICK, tick)
  }
  clock.after(TICK, tick)
  page.addEventListener('online', tell)
  // A page that was frozen is told when it runs again, before its timers are.
  page.addEventListener('resume', look)
  return {
    onAwakening(callback) {
      listeners.add(callback)
      return () => listeners.delete(callback)
    },
  }
}
