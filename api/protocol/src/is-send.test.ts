import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { clientMessageSchemas } from './client-messages.ts'
import { isSend } from './is-send.ts'
import { LIMITS } from './limits.ts'

const ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const LONGEST = Math.ceil((LIMITS.sealedBytes * 4) / 3)

const IDS = [
  ID,
  ID.slice(1),
  `${ID.slice(1)}B`,
  `${ID}\n`,
  `${ID}A`,
  ID.replace('A', '+'),
  '',
  'all',
  7,
  null,
  [ID],
]
const SEALED = [
  ...['', 'A', 'AA', 'AB', 'AAA', 'AAB', 'AAAA', 'AAAAA', 'AAA=', 'AA\n', 'AAA\n', ' AAA', 'AA+A', 'AAé1'],
  'A'.repeat(LONGEST),
  'A'.repeat(LONGEST + 4),
  ['AA'],
  1,
  null,
]
const TYPES = ['send', 'Send', 'ephemeral', ['send'], undefined]

test('P5: the shortcut takes what the schema takes, field by field, and nothing else', () => {
  const good = { type: 'send', id: ID, to: 'all', sealed: 'AA' }
  const others = { type: TYPES, id: IDS, to: IDS, sealed: SEALED }
  const objects: object[] = [good, { ...good, to: ID }, { ...good, more: 1 }, {}, []]
  objects.push(JSON.parse(`{"__proto__":1,${JSON.stringify(good).slice(1)}`))
  for (const [field, values] of Object.entries(others)) {
    for (const value of values) objects.push({ ...good, [field]: value })
    const { [field as 'id']: _, ...without } = good
    objects.push(without, { ...without, more: 1 })
  }
  for (const object of objects) {
    const expected = v.safeParse(clientMessageSchemas.send, object).success
    assert.equal(isSend(object), expected, JSON.stringify(object).slice(0, 200))
  }
})
