import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameCache, type Frames } from './frame-cache.ts'

/** A cache whose frames of 10 bytes tell when their memory is given back, by their first byte. */
function cacheOf(spare: number) {
  const given: number[] = []
  const buffers = {
    take: (length: number) => new Uint8Array(length),
    giveBack: (bytes: Uint8Array) => void given.push(bytes[0] ?? 0),
  }
  const cache = new FrameCache(spare, buffers)
  const frame = (fill: number) => cache.place(10).fill(fill)
  const home: Frames = new Map()
  return { cache, given, frame, home }
}

test('memory is given back when the last user is done and nobody can find the frame any more', () => {
  const { cache, given, frame, home } = cacheOf(0)
  const added = cache.add(home, 0, frame(1))
  const taken = cache.take(home, 0)
  assert.equal(taken, added)
  cache.release(added)
  assert.deepEqual(given, [])
  cache.release(added)
  assert.deepEqual([given, home.size, cache.bytes], [[1], 0, 0])
})

test('what nobody uses is kept for the next one, as far as there is room, the latest longest', () => {
  const { cache, given, frame, home } = cacheOf(25)
  for (const index of [1, 2, 3]) cache.release(cache.add(home, index, frame(index)))
  assert.deepEqual([given, [...home.keys()], cache.bytes], [[1], [2, 3], 20])
  const used = cache.take(home, 2)
  assert.ok(used)
  for (const index of [4, 5, 6]) cache.release(cache.add(home, index, frame(index)))
  assert.deepEqual(given, [1, 3, 4], 'not what is in use')
  cache.release(used)
  assert.deepEqual(given, [1, 3, 4, 5])
})

test('a frame counts as all of the memory that it keeps', () => {
  const { cache, given, home } = cacheOf(25)
  const roomy = (fill: number) => new Uint8Array(20).fill(fill).subarray(0, 5)
  cache.release(cache.add(home, 0, roomy(1)))
  assert.equal(cache.bytes, 20)
  cache.release(cache.add(home, 1, roomy(2)))
  assert.deepEqual([given, cache.bytes], [[1], 20])
})

test('a frame that takes the place of another leaves that one to its users', () => {
  const { cache, given, frame, home } = cacheOf(100)
  const older = cache.add(home, 0, frame(1))
  const newer = cache.add(home, 0, frame(2))
  cache.release(older)
  assert.deepEqual(given, [1])
  cache.release(newer)
  assert.deepEqual([given, cache.bytes], [[1], 10])
})

test('when a transfer is over, what is unused goes at once and what is used with its last user', () => {
  const { cache, given, frame, home } = cacheOf(100)
  cache.release(cache.add(home, 0, frame(1)))
  const used = cache.add(home, 1, frame(2))
  cache.clear(home)
  assert.deepEqual([given, home.size], [[1], 0])
  cache.release(used)
  assert.deepEqual([given, cache.bytes], [[1, 2], 0])
})

test('a frame that could not be filled is found by nobody, and goes with the last who waited for it', () => {
  const { cache, given, frame, home } = cacheOf(100)
  const failed = cache.add(home, 0, frame(1), Promise.resolve(false))
  cache.take(home, 0)
  cache.reject(failed)
  assert.deepEqual([given, home.size], [[], 0])
  cache.reject(failed)
  assert.deepEqual([given, cache.bytes], [[1], 0])
})
