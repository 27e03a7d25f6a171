import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeptEvent } from '@chat-room/client'
import { type Circumstances, Conversation } from './conversation.ts'
import type { RoomEvent } from './room-event.ts'

const NOON = new Date(2026, 5, 1, 12).getTime()
const looking: Circumstances = { self: 'Ada', now: NOON, isAttentive: true }

const heard = (id: string, more: Partial<Extract<RoomEvent, { type: 'message' }>> = {}): RoomEvent => ({
  ...{ type: 'message', id, from: 'Ben', to: 'all', text: id, seq: 1, at: NOON },
  ...more,
})
const own = (id: string, to = 'all'): RoomEvent => ({ type: 'said', id, to, text: id, at: NOON })

function talk(events: readonly RoomEvent[]): Conversation {
  const conversation = new Conversation()
  for (const event of events) conversation.apply(event, looking)
  return conversation
}

const texts = (conversation: Conversation) =>
  Array.from({ length: conversation.end - conversation.first }, (_, index) => {
    const entry = conversation.at(conversation.first + index)
    return entry?.kind === 'said' ? entry.text : entry?.kind
  })

describe('everybody sees one order, as far as the server has one', () => {
  test('what waits stands at the end, and takes the place of its number once it is stored', () => {
    const conversation = talk([own('own'), heard('a', { seq: 1 }), heard('b', { seq: 3, at: NOON + 2 })])
    assert.deepEqual(texts(conversation), ['a', 'b', 'own'])
    conversation.apply({ type: 'sent', id: 'own', seq: 2, at: NOON + 1 }, looking)
    assert.deepEqual(texts(conversation), ['a', 'own', 'b'])
  })

  test('numbers order what is of one moment, whichever is opened first', () => {
    const conversation = talk([
      own('own'),
      { type: 'sent', id: 'own', seq: 2, at: NOON },
      heard('a', { seq: 1 }),
      heard('b', { seq: 3 }),
    ])
    assert.deepEqual(texts(conversation), ['a', 'own', 'b'])
  })

  test('a missed DM stands among what was said to everyone, by the time of the server', () => {
    const missed = { history: true } as const
    const conversation = talk([
      heard('dm 1', { ...missed, to: 'Ada', at: NOON + 10 }),
      heard('dm 2', { ...missed, to: 'Ada', at: NOON + 30, seq: 2 }),
      heard('a', { ...missed, seq: 7, at: NOON }),
      heard('b', { ...missed, seq: 8, at: NOON + 20 }),
    ])
    assert.deepEqual(texts(conversation), ['a', 'dm 1', 'b', 'dm 2'])
  })

  test('a message that waited shows when it was written', () => {
    const conversation = talk([
      own('late'),
      { type: 'sent', id: 'late', seq: 1, at: NOON + 600_000, written: NOON },
    ])
    const entry = conversation.at(0)
    assert.deepEqual(entry?.kind === 'said' && [entry.at, entry.written], [NOON + 600_000, NOON])
  })

  test('what failed is stuck to where it was', () => {
    const conversation = talk([
      heard('a'),
      own('own', 'Ben'),
      { type: 'undelivered', to: 'Ben', id: 'own' },
      heard('b', { at: NOON + 1 }),
    ])
    assert.deepEqual(texts(conversation), ['a', 'own', 'b'])
  })

  test('a notice and a gap stand behind what was told before them', () => {
    const conversation = talk([
      own('own'),
      heard('a'),
      { type: 'gap', missed: 3 },
      { type: 'member-left', alias: 'Ben' },
      heard('b', { at: NOON + 1 }),
    ])
    assert.deepEqual(texts(conversation), ['a', 'gap', 'went', 'b', 'own'])
  })

  test('it is the same after a reload, over pages, whatever is still in the outbox', () => {
    const kept = (place: number, event: RoomEvent, more: object = {}) =>
      ({ place, at: NOON, event: { ...event, place } as KeptEvent, ...more }) as const
    const stored = { seq: 3, at: NOON + 30, written: NOON }
    const newest = [kept(3, heard('a', { at: NOON + 10 })), kept(4, heard('b', { seq: 4, at: NOON + 40 }))]
    const older = [
      kept(0, heard('0')),
      kept(1, own('late'), { state: 'sent', stored }),
      kept(2, own('waits')),
    ]
    const conversation = talk([{ type: 'history', entries: newest, more: true }, own('waits')])
    assert.deepEqual(texts(conversation), ['a', 'b', 'waits'])
    conversation.prepend({ entries: older, more: false }, 'Ada')
    assert.deepEqual(texts(conversation), ['0', 'a', 'late', 'b', 'waits'])
    const entry = conversation.at(conversation.first + 2)
    assert.deepEqual(entry?.kind === 'said' && [entry.at, entry.written], [NOON + 30, NOON])
  })

  test('an own file that waits for the network is no exception, and one given up stays', () => {
    const said = { type: 'file-said', transfer: 'f', to: 'all', name: 'y', size: 2, at: NOON } as const
    const conversation = talk([
      said,
      { ...said, transfer: 'g' },
      heard('a'),
      { type: 'file-ended', transfer: 'g', reason: 'cancelled' },
    ])
    conversation.apply({ type: 'file-stored', transfer: 'f', seq: 2, at: NOON + 10 }, looking)
    conversation.apply(heard('b', { seq: 3, at: NOON + 20 }), looking)
    const names = Array.from({ length: 4 }, (_, number) => conversation.at(number))
    assert.deepEqual(
      names.map(entry => (entry?.kind === 'file' ? entry.transfer : entry?.kind === 'said' && entry.text)),
      ['a', 'g', 'f', 'b'],
    )
  })

  test('a server that dates a message back puts it where nobody who looks has read it', () => {
    const conversation = talk([
      heard('old', { at: NOON - 1_000 }),
      ...Array.from({ length: 40 }, (_, index) => heard(`m${index}`, { at: NOON + index, seq: index + 2 })),
      heard('hidden', { at: NOON - 500, seq: 99 }),
    ])
    assert.equal(conversation.unread, 1)
    assert.equal(conversation.firstUnread, 1)
    assert.equal(texts(conversation)[1], 'hidden')
  })
})
