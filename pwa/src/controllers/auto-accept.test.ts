import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomClient, TransferView } from '@chat-room/client'
import { AutoAccept } from './auto-accept.ts'

const offer = (number: number, size: number, rest: Partial<TransferView> = {}): TransferView => ({
  number,
  transfer: `t${number}`,
  direction: 'in',
  with: 'Ben',
  name: 'a.jpg',
  size,
  done: 0,
  state: 'offered',
  ...rest,
})

const NOON = 43_200_000

function listening(bound: number) {
  const submitted: string[] = []
  const auto = new AutoAccept({ submit: line => void submitted.push(line) } as RoomClient)
  auto.bound = bound
  const offered = (views: readonly TransferView[], more: { history?: true } = {}, now = NOON) => {
    for (const { transfer, with: from, name, size } of views) {
      auto.hear({ type: 'file-offered', transfer, from, to: 'all', name, size, ...more })
    }
    auto.look(views, now)
  }
  return { auto, offered, submitted }
}

test('what is offered is fetched by itself up to the bound, once', () => {
  const { auto, offered, submitted } = listening(100)
  const views = [offer(1, 100), offer(2, 101), offer(3, 0)]
  offered(views)
  auto.look(views, NOON)
  assert.deepEqual(submitted, [':Accept 1', ':Accept 3'])
})

test('what was offered before one was here waits', () => {
  const { auto, offered, submitted } = listening(100)
  offered([offer(1, 1)], { history: true })
  auto.look([offer(1, 1), offer(2, 1)], NOON)
  assert.deepEqual(submitted, [])
})

test('what is decided already is left alone', () => {
  const { offered, submitted } = listening(100)
  offered([offer(2, 1, { state: 'paused' }), offer(3, 1, { state: 'ended' })])
  assert.deepEqual(submitted, [])
})

test('a wider bound holds for what waits already', () => {
  const { auto, offered, submitted } = listening(0)
  offered([offer(1, 5)])
  auto.bound = 5
  auto.look([offer(1, 5)], NOON)
  assert.deepEqual(submitted, [':Accept 1'])
})

test('in an hour so much comes by itself as eight of the largest have, from all together; the rest waits for a word', () => {
  const { auto, offered, submitted } = listening(100)
  const from = (number: number, size: number) => offer(number, size, { with: `member ${number}` })
  offered(Array.from({ length: 10 }, (_, index) => from(index + 1, 99)))
  assert.equal(submitted.length, 8)
  assert.deepEqual([auto.holds('t8'), auto.holds('t9'), auto.holds('t10')], [false, true, true])
  offered([from(11, 8)])
  assert.deepEqual(submitted.slice(8), [':Accept 11'], 'there was room for that')
  offered([from(9, 99), from(12, 100)], {}, NOON + 3_600_001)
  assert.deepEqual(submitted.slice(9), [':Accept 9', ':Accept 12'])
})

test('what waits because of the budget is not fetched behind the back of whoever sees it wait', () => {
  const { auto, offered, submitted } = listening(100)
  const views = Array.from({ length: 9 }, (_, index) => offer(index + 1, 100))
  offered(views)
  auto.look(views.slice(8), NOON + 3_600_001)
  assert.equal(submitted.length, 8)
})
