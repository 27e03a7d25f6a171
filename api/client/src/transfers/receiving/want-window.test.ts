import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SegmentSet } from '../segment-set.ts'
import { WantWindow } from './want-window.ts'

/** Lets these arrive and be kept. */
function take(window: WantWindow, ...indices: readonly number[]): void {
  for (const index of indices) {
    assert.equal(window.arrived(index), true, `${index} was on its way`)
    window.keep(index)
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

test('a window slides by several segments at a time, and its end is the end of the file', () => {
  const window = new WantWindow(22, 16)
  assert.deepEqual(window.next(), { first: 0, count: 16, again: false })
  take(window, 0, 1, 2)
  assert.equal(window.next(), undefined, 'three are not worth a message')
  take(window, 3)
  assert.deepEqual(window.next(), { first: 0, count: 20, again: false })
  take(window, 4, 5)
  assert.deepEqual(window.next(), { first: 0, count: 22, again: false }, 'the last two are')
  take(window, ...upTo(22).slice(6))
  assert.equal(window.complete, true)
  assert.equal(window.next(), undefined)
})

test('segments that wait for verification count: memory stays within the window', () => {
  const window = new WantWindow(100, 16)
  window.next()
  for (const index of upTo(16)) assert.equal(window.arrived(index), true)
  assert.equal(window.next(), undefined)
  for (const index of upTo(4)) window.keep(index)
  assert.deepEqual(window.next(), { first: 0, count: 20, again: false })
})

test('what is not on its way is ignored: strange, kept and repeated segments', () => {
  const window = new WantWindow(40, 16)
  assert.equal(window.arrived(0), false, 'nothing was wanted yet')
  window.next()
  assert.equal(window.arrived(16), false)
  assert.equal(window.arrived(4_000_000_000), false)
  take(window, 0)
  assert.equal(window.arrived(0), false)
})

test('what was lost is fetched after the rest, and told apart from a run that began there', () => {
  const window = new WantWindow(6, 16)
  window.next()
  assert.equal(window.arrived(0), true)
  window.lose(0)
  take(window, 1, 2, 3, 4, 5)
  assert.deepEqual(window.next(), { first: 0, count: 1, again: true })
  take(window, 0)
  assert.equal(window.complete, true)
})

test('what a relay leaves out is a gap like any other', () => {
  const window = new WantWindow(6, 16)
  window.next()
  take(window, 1, 4, 5)
  assert.deepEqual(window.next(), { first: 0, count: 1, again: true })
  take(window, 0)
  assert.deepEqual(window.next(), { first: 2, count: 2, again: false })
})

test('after a lost connection only what is lacking is wanted', () => {
  const window = new WantWindow(40, 16)
  window.next()
  take(window, 0, 1, 2)
  window.arrived(3)
  window.interrupt()
  assert.equal(window.arrived(4), false)
  assert.deepEqual(window.next(), { first: 4, count: 15, again: false })
  window.keep(3)
  assert.deepEqual(window.run, { first: 4, count: 15 })
})

test('a set of segments finds its gaps across bytes', () => {
  const set = new SegmentSet(30)
  for (const index of upTo(30)) assert.equal(set.add(index), true)
  assert.equal(set.full, true)
  assert.equal(set.nextMissing(0), 30)
  set.delete(21)
  set.delete(21)
  assert.equal(set.size, 29)
  assert.equal(set.nextMissing(3), 21)
  assert.equal(set.nextMissing(22), 30)
  assert.equal(set.add(30), false, 'out of range')
  assert.equal(set.add(20), false)
})
