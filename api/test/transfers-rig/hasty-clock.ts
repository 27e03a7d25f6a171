import type { Clock } from '@chat-room/client'

/** Time runs so many times faster than on the wall: pauses are waited for, and cost nothing. */
export const HASTE = 100

let slept = 0

/** So many milliseconds pass while no timer rings, as in a laptop that is closed. */
export const sleep = (milliseconds: number): void => {
  slept += milliseconds
}

export const clock: Clock = {
  now: () => slept + performance.now() * HASTE,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds / HASTE)
    return () => clearTimeout(timer)
  },
}
