import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { fileShape } from '../../crypto/file-stream.ts'
import { Progress } from '../progress.ts'
import { Handed } from './handed.ts'

const size = 2 * LIMITS.rangesPerFrame * LIMITS.segmentBytes
const shape = fileShape(size)
const SEGMENTS = shape.segmentCount

function handed(): Handed {
  const clock = { now: () => 0, after: () => () => undefined }
  const progress = new Progress(clock, () => undefined, { transfer: 't', direction: 'out', size })
  return new Handed(shape, progress)
}

/** Every second one, from the first on. */
const gappy = (count: number) => Array.from({ length: count }, (_, n): [number, number] => [2 * n, 1])

test('P63 as many runs as are told at once may not be all: only then a receiver is believed what was not seen', () => {
  const told = handed()
  assert.equal(told.addHeld(gappy(LIMITS.rangesPerFrame - 1)), false)
  assert.equal(told.plausiblyFull, false)
  const untold = handed()
  assert.equal(untold.addHeld(gappy(LIMITS.rangesPerFrame)), false)
  assert.equal(untold.plausiblyFull, true)
})

test('what was handed over and what is held make a whole', () => {
  const both = handed()
  both.addHeld([[0, SEGMENTS]])
  assert.equal(both.plausiblyFull, false, 'its trailer is lacking')
  assert.equal(both.add(SEGMENTS), true)
  assert.equal(both.add(SEGMENTS), false)
  assert.equal(both.plausiblyFull, true)
})
