import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { AttemptGate } from '../room/ports.ts'
import { createAttemptGate } from './attempt-gate.ts'

const DAY = 24 * 3_600_000
const RATES = { address: { burst: 3, perMinute: 1 }, room: { burst: 5, perMinute: 60 } }

function withClock(title: string, run: (gate: AttemptGate) => Promise<void>) {
  test(title, async context => {
    mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_800_000_000_000 })
    context.after(() => mock.timers.reset())
    await run(createAttemptGate(RATES))
  })
}

async function allowed(gate: AttemptGate, addresses: readonly string[], room = 'main'): Promise<number> {
  let count = 0
  for (const address of addresses) if ((await gate.login(address, room)).allowed) count++
  return count
}

const times = (count: number, address: string) => new Array<string>(count).fill(address)
const strangers = (count: number) => Array.from({ length: count }, (_, index) => `198.51.100.${index}`)

withClock('M3: one address guesses its burst, then at its rate, and is told how long to wait', async gate => {
  assert.equal(await allowed(gate, times(10, 'a')), 3)
  assert.deepEqual(await gate.login('a', 'main'), { allowed: false, retryAfter: 60_000 })
  mock.timers.tick(60_000)
  assert.equal(await allowed(gate, times(10, 'a')), 1)
})

withClock('M3: many addresses share the burst and the rate of the room', async gate => {
  assert.equal(await allowed(gate, strangers(50)), 5)
  assert.deepEqual(await gate.login('203.0.113.1', 'main'), { allowed: false, retryAfter: 1_000 })
  mock.timers.tick(1_000)
  assert.equal(await allowed(gate, strangers(50)), 1)
})

withClock('M3: an attempt that the room refuses is not charged to the address', async gate => {
  await allowed(gate, strangers(5))
  for (let attempt = 0; attempt < 20; attempt++) await gate.login('a', 'main')
  mock.timers.tick(10_000)
  assert.equal(await allowed(gate, times(10, 'a')), 3)
})

withClock('M3: a right password gives its token back', async gate => {
  for (let login = 0; login < 50; login++) {
    assert.equal((await gate.login('a', 'main')).allowed, true)
    await gate.succeeded('a', 'main')
  }
  assert.equal(await allowed(gate, times(10, 'a')), 3)
  assert.equal(await allowed(gate, strangers(50)), 5)
})

withClock('M3: outsiders cannot starve a member, until it stayed away for 30 days', async gate => {
  await gate.login('member', 'main')
  await gate.succeeded('member', 'main')
  assert.equal(await allowed(gate, strangers(50)), 5)
  assert.equal(await allowed(gate, ['member']), 1)
  mock.timers.tick(30 * DAY)
  assert.equal(await allowed(gate, strangers(50)), 5)
  assert.equal(await allowed(gate, ['member']), 0)
})

withClock('M3: a member of one room is a stranger to another', async gate => {
  await gate.login('member', 'main')
  await gate.succeeded('member', 'main')
  assert.equal(await allowed(gate, strangers(50), 'other'), 5)
  assert.equal(await allowed(gate, ['member'], 'other'), 0)
})

withClock('M3: creations are limited too, apart from logins', async gate => {
  const answers = []
  for (let attempt = 0; attempt < 4; attempt++) answers.push(await gate.creation('a', 'main'))
  assert.deepEqual(
    answers.map(answer => answer.allowed),
    [true, true, true, false],
  )
  assert.equal(await allowed(gate, times(10, 'a')), 3)
})

withClock(
  'M3: a flood of addresses gets no more than the room allows, and leaves nothing behind',
  async gate => {
    const flood = Array.from({ length: 3_000 }, (_, index) => `2001:db8:0:${index.toString(16)}::/64`)
    assert.equal(await allowed(gate, flood), 5)
    mock.timers.tick(5_000)
    assert.equal(await allowed(gate, times(10, 'a')), 3)
  },
)
