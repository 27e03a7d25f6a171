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
  return { auto, submitted }
}

test('what is offered is fetched by itself up to the bound, once', () => {
  const { auto, submitted } = listening(100)
  auto.look([offer(1, 100), offer(2, 101), offer(3, 0)])
  auto.look([offer(1, 100), offer(2, 101), offer(3, 0)])
  assert.deepEqual(submitted, [':Accept 1', ':Accept 3'])
})

test('what is own, or decided already, is left alone', () => {
  const { auto, submitted } = listening(100)
  auto.look([
    offer(1, 1, { direction: 'out' }),
    offer(2, 1, { state: 'paused' }),
    offer(3, 1, { state: 'ended' }),
  ])
  assert.deepEqual(submitted, [])
})

test('a wider bound holds for what waits already', () => {
  const { auto, submitted } = listening(0)
  auto.look([offer(1, 5)])
  auto.bound = 5
  auto.look([offer(1, 5)])
  assert.deepEqual(submitted, [':Accept 1'])
})
