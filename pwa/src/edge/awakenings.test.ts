import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Clock } from '@chat-room/client'
import { createAwakenings } from './awakenings.ts'

/** A device whose clock may go on while its timers do not. */
class Device extends EventTarget implements Clock {
  time = 0
  #due: (() => void) | undefined
  now = () => this.time
  after = (_milliseconds: number, callback: () => void) => {
    this.#due = callback
    return () => {}
  }

  tick(milliseconds: number): void {
    this.time += milliseconds
    this.#due?.()
  }
}

let device: Device
let awakenings: number
let stop: () => void

beforeEach(() => {
  device = new Device()
  awakenings = 0
  stop = createAwakenings(device, device).onAwakening(() => {
    awakenings += 1
  })
})

test('timers that are late as they are in a hidden page are no sleep', () => {
  for (const late of [15_000, 60_000, 75_000, 90_000]) device.tick(late)
  assert.equal(awakenings, 0)
})

test('a clock that went on without timers is an awakening, and one only', () => {
  device.tick(3_600_000)
  device.tick(15_000)
  assert.equal(awakenings, 1)
})

test('a frozen page that runs again is told before its timers', () => {
  device.time = 3_600_000
  device.dispatchEvent(new Event('resume'))
  assert.equal(awakenings, 1)
  device.tick(1)
  assert.equal(awakenings, 1)
})

test('a network that is back is an awakening', () => {
  device.dispatchEvent(new Event('online'))
  assert.equal(awakenings, 1)
  stop()
  device.dispatchEvent(new Event('online'))
  assert.equal(awakenings, 1)
})
