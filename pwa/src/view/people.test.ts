import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PersonView } from '@chat-room/client'
import { People, TYPING_LASTS } from './people.ts'

const person = (alias: string, more: Partial<PersonView> = {}): PersonView => ({
  ...{ alias, presence: 'here', isSelf: false },
  ...more,
})

test('oneself comes first, those who are away last', () => {
  const list = new People().list(
    [person('Ann', { presence: 'away' }), person('Ben'), person('Me', { isSelf: true })],
    0,
  )
  assert.deepEqual(
    list.map(({ alias }) => alias),
    ['Me', 'Ben', 'Ann'],
  )
})

test('typing ends with the message, with "no longer", and by itself', () => {
  const people = new People()
  const isTyping = (now: number) => people.list([person('Ann')], now)[0]?.typing
  const types = { type: 'typing', alias: 'Ann', to: 'you', typing: true } as const
  people.apply(types, 0)
  assert.equal(isTyping(TYPING_LASTS - 1), 'you')
  assert.equal(isTyping(TYPING_LASTS), undefined)
  people.apply(types, 0)
  people.apply({ ...types, typing: false }, 0)
  assert.equal(isTyping(1), undefined)
  people.apply(types, 0)
  people.apply({ type: 'message', id: 'a', from: 'Ann', to: 'all', text: 'x', seq: 1, at: 0 }, 0)
  assert.equal(isTyping(1), undefined)
})
