import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeptEvent } from '@chat-room/client'
import { type Circumstances, Conversation } from './conversation.ts'
import { rowsOf } from './conversation-rows.ts'
import { pastTransfer } from './entries.ts'
import type { RoomEvent } from './room-event.ts'

const NOON = new Date(2026, 5, 1, 12).getTime()
const looking: Circumstances = { self: 'Ada', now: NOON, isAttentive: true }
const away: Circumstances = { ...looking, isAttentive: false }

const heard = (id: string, more: Partial<Extract<RoomEvent, { type: 'message' }>> = {}): RoomEvent => ({
  type: 'message',
  id,
  from: 'Ben',
  to: 'all',
  text: id,
  seq: 1,
  at: NOON,
  ...more,
})
const own = (id: string, to = 'all'): RoomEvent => ({ type: 'said', id, to, text: id, at: NOON })

function talk(events: readonly RoomEvent[], circumstances = looking): Conversation {
  const conversation = new Conversation()
  for (const event of events) conversation.apply(event, circumstances)
  return conversation
}

const kinds = (conversation: Conversation) =>
  rowsOf(conversation, conversation.first, conversation.end).map(row =>
    row.kind === 'said' ? `${row.isFirst ? 'first' : 'next'} ${row.said.id}` : row.kind,
  )

function deliveryOf(conversation: Conversation, number: number) {
  const entry = conversation.at(number)
  return entry?.kind === 'said' ? entry.delivery : undefined
}

describe('what becomes of an own message', () => {
  test('what waits in the outbox of an earlier page is shown as soon as one is somebody here', () => {
    const conversation = talk([own('a'), own('b', 'Ben')], { ...looking, self: undefined })
    assert.equal(conversation.end, 0)
    conversation.apply({ type: 'joined', alias: 'Ada' }, looking)
    assert.deepEqual(kinds(conversation), ['day', 'first a', 'first b'])
    conversation.apply({ type: 'sent', id: 'a', seq: 1, at: NOON }, looking)
    assert.deepEqual([deliveryOf(conversation, 0), deliveryOf(conversation, 1)], ['sent', 'waiting'])
  })

  test('it is shown at once, then sent, then with the one whom it is for', () => {
    const conversation = talk([own('a', 'Ben')])
    assert.equal(deliveryOf(conversation, 0), 'waiting')
    conversation.apply({ type: 'sent', id: 'a', seq: 0, at: NOON }, looking)
    assert.equal(deliveryOf(conversation, 0), 'sent')
    conversation.apply({ type: 'receipt', from: 'Ben', ids: ['a'] }, looking)
    assert.equal(deliveryOf(conversation, 0), 'received')
  })

  test('a late "sent" takes no receipt back', () => {
    const conversation = talk([
      own('a', 'Ben'),
      { type: 'receipt', from: 'Ben', ids: ['a'] },
      { type: 'sent', id: 'a', seq: 0, at: NOON },
    ])
    assert.equal(deliveryOf(conversation, 0), 'received')
  })

  test('its echo is the same message, at the time of the server', () => {
    const conversation = talk([own('a'), heard('a', { from: 'Ada', own: true, at: NOON + 5_000 })])
    assert.equal(conversation.end, 1)
    const entry = conversation.at(0)
    assert.equal(entry?.kind === 'said' && entry.at, NOON + 5_000)
  })

  test("somebody else's message under its id changes nothing of it", () => {
    const conversation = talk([own('a'), heard('a', { text: 'forged' })])
    const entry = conversation.at(1)
    assert.equal(entry?.kind === 'said' && entry.text, 'a')
    assert.equal(deliveryOf(conversation, 1), 'waiting')
  })

  test('a message under an id that is known is shown, and hides nothing', () => {
    const same = { text: 'yes' }
    const said: RoomEvent = { type: 'said', id: 'own', to: 'all', text: 'yes', at: NOON }
    const conversation = talk([
      said,
      heard('a', same),
      heard('a', { text: 'leave now', seq: 2 }),
      heard('a', { ...same, seq: 3 }),
      heard('a', { ...same, from: 'Cleo' }),
      heard('own', { ...same, seq: 4 }),
      heard('a', same),
    ])
    const texts = Array.from({ length: conversation.end }, (_, number) => conversation.at(number))
    assert.deepEqual(
      texts.map(entry => (entry?.kind === 'said' ? [entry.from, entry.text] : [])),
      [
        ['Ben', 'yes'],
        ['Cleo', 'yes'],
        ['Ben', 'leave now'],
        ['Ben', 'yes'],
        ['Ben', 'yes'],
        ['Ada', 'yes'],
      ],
    )
  })

  test("a receipt for somebody else's message means nothing", () => {
    const conversation = talk([heard('a'), { type: 'receipt', from: 'Ben', ids: ['a', 'unknown'] }])
    assert.equal(deliveryOf(conversation, 0), 'sent')
  })

  test('nobody but the one whom it was for has received it', () => {
    const forged: RoomEvent = { type: 'receipt', from: 'Ben', ids: ['for Cleo', 'for all'] }
    const conversation = talk([own('for Cleo', 'Cleo'), own('for all'), forged])
    assert.deepEqual([deliveryOf(conversation, 0), deliveryOf(conversation, 1)], ['waiting', 'waiting'])
    conversation.apply({ type: 'receipt', from: 'Cleo', ids: ['for Cleo'] }, looking)
    assert.equal(deliveryOf(conversation, 0), 'received')
  })

  test('one that failed can be taken away, and nobody else moves', () => {
    const conversation = talk([own('a', 'Ben'), { type: 'undelivered', to: 'Ben', id: 'a' }, heard('b')])
    assert.equal(deliveryOf(conversation, 0), 'failed')
    conversation.remove('a')
    assert.deepEqual(kinds(conversation), ['day', 'first b'])
  })
})

describe('unread', () => {
  test('the divider stands before the first that came while nobody looked', () => {
    const conversation = talk([heard('a')])
    conversation.apply(heard('b', { at: NOON + 1 }), away)
    conversation.apply(heard('c', { at: NOON + 2 }), away)
    assert.equal(conversation.unread, 2)
    assert.deepEqual(kinds(conversation), ['day', 'first a', 'unread', 'first b', 'next c'])
  })

  test('it stays when they are read, and moves with the next that are missed', () => {
    const conversation = talk([heard('a')], away)
    conversation.read()
    assert.equal(conversation.unread, 0)
    assert.equal(conversation.firstUnread, 0)
    conversation.apply(heard('b'), away)
    assert.equal(conversation.firstUnread, 1)
    conversation.apply(own('c'), looking)
    assert.equal(conversation.firstUnread, undefined)
  })

  test('history and own words are never unread', () => {
    const conversation = talk(
      [heard('a', { history: true }), heard('b', { from: 'Ada', own: true }), own('c')],
      away,
    )
    assert.equal(conversation.unread, 0)
  })
})

describe('rows', () => {
  test('one author, one target and one minute make a group', () => {
    const conversation = talk([
      heard('a'),
      heard('b', { at: NOON + 59_000 }),
      heard('c', { at: NOON + 60_000 }),
      heard('d', { at: NOON + 60_000, from: 'Cleo' }),
      heard('e', { at: NOON + 60_000, from: 'Cleo', to: 'Ada' }),
    ])
    assert.deepEqual(kinds(conversation), ['day', 'first a', 'next b', 'first c', 'first d', 'first e'])
  })

  test('a day begins with its divider, and a gap is told where it is', () => {
    const conversation = talk([heard('a', { at: NOON - 86_400_000 }), heard('b'), { type: 'gap', missed: 3 }])
    assert.deepEqual(kinds(conversation), ['day', 'first a', 'day', 'first b', 'entry'])
  })

  test('a window shows what the whole shows of its part', () => {
    const conversation = talk(
      Array.from({ length: 40 }, (_, index) => heard(`m${index}`, { at: NOON + index * 20_000 })),
    )
    const whole = rowsOf(conversation, 0, 40).filter(({ kind }) => kind === 'said')
    assert.deepEqual(rowsOf(conversation, 13, 22), whole.slice(13, 22))
  })
})

describe('files', () => {
  const offer = { type: 'file-offered', transfer: 't', from: 'Ben', to: 'all', name: 'x', size: 1 } as const

  test('one has one place, however often it is told of', () => {
    assert.equal(talk([offer, offer]).end, 1)
  })

  test('an own one is there at once, and waits at the end', () => {
    const said = { type: 'file-said', transfer: 'own', to: 'Ben', name: 'y', size: 2, at: NOON } as const
    const conversation = talk([heard('a'), said, said, heard('b')])
    assert.deepEqual(kinds(conversation), ['day', 'first a', 'next b', 'entry'])
    const { isOwn, isDirect, with: other } = conversation.fileOf('own') ?? {}
    assert.deepEqual([isOwn, isDirect, other], [true, true, 'Ben'])
  })

  test('what became of one that no list knows any more stands in the history', () => {
    const conversation = new Conversation()
    const entries = ['kept', 'refused', 'forgotten'].map((transfer, place) => {
      const outcome = { kept: { name: 'x1', path: 'x1' }, refused: { reason: 'Gone.' } }[transfer]
      const entry = { place, at: NOON, event: { ...offer, transfer } }
      return outcome === undefined ? entry : { ...entry, outcome }
    })
    conversation.prepend({ entries, more: false }, 'Ada')
    const states = ['kept', 'refused', 'forgotten'].map(transfer => {
      const file = conversation.fileOf(transfer)
      return file && pastTransfer(file).state
    })
    assert.deepEqual(states, ['done', 'ended', 'ended'])
  })
})

describe('history', () => {
  const page = (from: number, end: number, more: boolean) => ({
    entries: Array.from({ length: end - from }, (_, index) => ({
      place: from + index,
      at: NOON,
      event: { ...heard(`m${from + index}`), place: from + index } as KeptEvent,
    })),
    more,
  })

  test('what this device kept is there as soon as one is somebody, before what waits in the outbox', () => {
    const conversation = talk([{ type: 'history', ...page(0, 2, false) }, own('a')], {
      ...looking,
      self: undefined,
    })
    assert.equal(conversation.end, 0)
    conversation.apply({ type: 'joined', alias: 'Ada', remembered: true }, looking)
    assert.deepEqual(kinds(conversation), ['day', 'first m0', 'next m1', 'first a'])
  })

  test('an earlier page comes in front, and every entry keeps its number', () => {
    const conversation = talk([{ type: 'history', ...page(10, 12, true) }, heard('new', { place: 12 })])
    assert.equal(conversation.earlierThan, 10)
    const numberOf = (id: string) => {
      for (let number = conversation.first; number < conversation.end; number++) {
        const entry = conversation.at(number)
        if (entry?.kind === 'said' && entry.id === id) return number
      }
      return undefined
    }
    const before = numberOf('new')
    conversation.prepend(page(8, 11, false), 'Ada')
    assert.deepEqual(kinds(conversation).slice(1), [
      'first m8',
      'next m9',
      'next m10',
      'next m11',
      'next new',
    ])
    assert.equal(numberOf('new'), before)
    assert.equal(conversation.earlierThan, undefined)
    conversation.apply({ type: 'undelivered', to: 'all', id: 'm8' }, looking)
    assert.equal(deliveryOf(conversation, conversation.first), 'sent', "not one's own")
  })

  test('it may go back behind what was kept first', () => {
    const conversation = talk([{ type: 'history', ...page(0, 1, true) }])
    conversation.prepend(page(-3, 0, false), 'Ada')
    assert.deepEqual(kinds(conversation).length, 5)
  })

  test('what became of own messages is known', () => {
    const said = (id: string, to: string, more: object) => ({
      ...{ place: 0, at: NOON, event: own(id, to) as KeptEvent },
      ...more,
    })
    const entries = [
      said('a', 'all', {}),
      said('b', 'all', { state: 'sent', receipts: [] }),
      said('c', 'Ben', { state: 'sent', receipts: ['Ben'] }),
      said('d', 'Ben', { state: 'failed' }),
    ]
    const conversation = talk([
      { type: 'history', entries, more: false },
      { type: 'sent', id: 'a', seq: 1, at: NOON },
    ])
    assert.deepEqual(
      [0, 1, 2, 3].map(index => deliveryOf(conversation, conversation.first + index)),
      ['sent', 'sent', 'received', 'failed'],
    )
  })

  test('what somebody said who had this alias before is not own', () => {
    const conversation = talk([heard('a', { from: 'Ada' }), heard('b', { from: 'Ada', own: true })])
    const isOwn = [0, 1].map(number => {
      const entry = conversation.at(number)
      return entry?.kind === 'said' && entry.isOwn
    })
    assert.deepEqual(isOwn, [false, true])
  })

  test('what nothing keeps cannot be read again', () => {
    assert.equal(talk([heard('a')]).earlierThan, undefined)
  })

  test('what was missed is unread where something was known before, with one divider, whoever looks', () => {
    const conversation = talk([{ type: 'history', ...page(0, 2, false) }])
    conversation.apply(heard('missed 1', { history: true }), looking)
    conversation.read()
    conversation.apply(heard('missed 2', { history: true }), looking)
    const divided = ['day', 'first m0', 'next m1', 'unread', 'first missed 1', 'next missed 2']
    assert.deepEqual(kinds(conversation), divided)
    conversation.read()
    conversation.apply({ type: 'connection', state: 'offline' }, looking)
    conversation.apply(heard('missed 3', { history: true }), looking)
    assert.equal(conversation.firstUnread, conversation.end - 1)
  })
})

test('beyond a hundred thousand the oldest are let go of, and what is left keeps its numbers', () => {
  const conversation = new Conversation()
  for (let number = 0; number < 100_001; number++) conversation.apply(heard(`m${number}`), looking)
  assert.equal(conversation.end, 100_001)
  assert.equal(conversation.first, 20_000)
  const entry = conversation.at(100_000)
  assert.equal(entry?.kind === 'said' && entry.id, 'm100000')
  conversation.apply({ type: 'undelivered', to: 'all', id: 'm5' }, looking)
  assert.equal(conversation.at(5), undefined)
})
