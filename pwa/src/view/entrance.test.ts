import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENTRANCE, type Entrance, enter, gave, gaveAlias } from './entrance.ts'
import type { RoomEvent } from './room-event.ts'

const after = (events: readonly RoomEvent[], from: Entrance = ENTRANCE) =>
  events.reduce((entrance, event) => enter(entrance, event, 1_000), from)

const ASKED = { type: 'prompt', for: 'password' } as const

test('M2: an unclaimed room asks for a new password, a claimed one for its password', () => {
  assert.equal(after([{ type: 'room', state: 'unclaimed' }, ASKED]).purpose, 'create')
  assert.equal(after([{ type: 'room', state: 'claimed' }, ASKED]).purpose, 'enter')
})

test('M2: whoever was second to set it is asked for it, and told why', () => {
  const entrance = after([
    { type: 'room', state: 'unclaimed' },
    ASKED,
    { type: 'stretching' },
    { type: 'error', code: 'already-claimed', message: '…' },
    { type: 'room', state: 'claimed' },
    ASKED,
  ])
  assert.equal(entrance.purpose, 'enter')
  assert.equal(entrance.problem?.code, 'already-claimed')
  assert.equal(entrance.work, 'none')
})

test('M3: why a password was refused is shown until another one is given', () => {
  const refused = after([ASKED, { type: 'error', code: 'wrong-password', message: '…' }, ASKED])
  assert.equal(refused.problem?.code, 'wrong-password')
  assert.equal(gave(refused, 'checking').problem, undefined)
})

test('M3: whoever is slowed down knows until when', () => {
  assert.equal(after([ASKED, { type: 'slowed', retryIn: 5_000 }]).triesAt, 6_000)
})

test('M5: what was tried is known, for a suggestion that was not', () => {
  const taken: RoomEvent = { type: 'error', code: 'alias-taken', message: '…' }
  const entrance = after([taken], gaveAlias(after([{ type: 'prompt', for: 'alias' }]), 'Ada'))
  assert.deepEqual(entrance.tried, ['Ada'])
  assert.equal(entrance.problem?.code, 'alias-taken')
})

test('whoever is inside and loses the place is asked again', () => {
  const inside = after([{ type: 'joined', alias: 'Ada' }])
  assert.equal(inside.step, 'inside')
  assert.equal(after([{ type: 'prompt', for: 'alias' }], inside).step, 'alias')
})
