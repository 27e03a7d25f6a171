import assert from 'node:assert/strict'
import { test } from 'node:test'
import { People, TYPING_LASTS } from './people.ts'

test('oneself comes first, those who are away last', () => {
  const people = new People()
  people.apply({ type: 'member-away', alias: 'Ann' }, 0)
  const list = people.list(['Ann', 'Ben', 'Me'], 'Me', 0)
  assert.deepEqual(
    list.map(({ alias, isAway }) => [alias, isAway]),
    [
      ['Me', false],
      ['Ben', false],
      ['Ann', true],
    ],
  )
  people.apply({ type: 'member-back', alias: 'Ann' }, 0)
  assert.equal(people.list(['Ann'], 'Me', 0)[0]?.isAway, false)
})

test('typing ends with the message, with "no longer", and by itself', () => {
  const people = new People()
  const isTyping = (now: number) => people.list(['Ann'], 'Me', now)[0]?.typing
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
