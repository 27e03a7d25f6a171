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

function listening(bound: number) {
  const submitted: string[] = []
  const auto = new AutoAccept({ submit: line => void submitted.push(line) } as RoomClient)
  auto.bound = bound
  const offered = (views: readonly TransferView[], more: { history?: true } = {}) => {
    for (const { transfer, with: from, name, size } of views) {
      auto.hear({ type: 'file-offered', transfer, from, to: 'all', name, size, ...more })
    }
    auto.look(views)
  }
  return { auto, offered, submitted }
}

test('what is offered is fetched by itself up to the bound, once', () => {
  const { auto, offered, submitted } = listening(100)
  const views = [offer(1, 100), offer(2, 101), offer(3, 0)]
  offered(views)
  auto.look(views)
  assert.deepEqual(submitted, [':Accept 1', ':Accept 3'])
})

test('what was offered before one was here waits', () => {
  const { auto, offered, submitted } = listening(100)
  offered([offer(1, 1)], { history: true })
  auto.look([offer(1, 1), offer(2, 1)])
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
  auto.look([offer(1, 5)])
  assert.deepEqual(submitted, [':Accept 1'])
})
