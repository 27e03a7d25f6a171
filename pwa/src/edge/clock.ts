import type { Clock } from '@chat-room/client'

/** Timers count no further: beyond it they call back at once. */
const LONGEST = 2 ** 31 - 1

export const browserClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    // Browsers round their clocks and may call back a little early: who then asks whether the time is over must be told yes.
    const due = performance.now() + milliseconds
    const call = () => {
      const left = due - performance.now()
      if (left > 0) timer = wait(left)
      else callback()
    }
    const wait = (left: number) => setTimeout(call, Math.min(Math.ceil(left), LONGEST))
    let timer = wait(milliseconds)
    return () => clearTimeout(timer)
  },
}
