import { performance } from 'node:perf_hooks'
import type { Clock } from '@chat-room/client'

/** Node's timers count no further: beyond it they call back at once. */
const LONGEST_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    // Node counts whole milliseconds of another clock, and so may call back up to one too early. Who then asks whether
    // the time is over would be told no, and wait for a second call that never comes.
    const due = performance.now() + Math.ceil(milliseconds)
    const call = () => {
      const left = due - performance.now()
      if (left > 0) timer = wait(left)
      else callback()
    }
    const wait = (left: number) => setTimeout(call, Math.min(Math.ceil(left), LONGEST_MS))
    let timer = wait(milliseconds)
    return () => clearTimeout(timer)
  },
}
