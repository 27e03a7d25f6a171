import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Room } from './rig/room.ts'

/** Lines at a time: how many it takes depends on the network's own buffers. */
const BATCH = 100
const MOST_BATCHES = 50
const FILLER = 'x'.repeat(16_000)

test('nothing lost: whoever stops reading is cut off, and is told everything when it reads again', async () => {
  await using room = await Room.start({ light: true, env: { SLOW_READER_BUFFER: '512KiB' } })
  const [alice, bob] = await room.members('alice', 'bob')
  // As a laptop that is closed: its sockets live on, and nobody reads from them.
  bob.signal('SIGSTOP')
  const lines: string[] = []
  while (alice.of('member-away').length === 0 && lines.length < MOST_BATCHES * BATCH) {
    const batch = Array.from({ length: BATCH }, (_, at) => `${lines.length + at} ${FILLER}`)
    alice.type(...batch)
    for (const _ of batch) await alice.event({ type: 'sent' })
    lines.push(...batch)
  }
  await alice.event({ type: 'member-away', alias: 'bob' })
  alice.type('the last one')
  bob.signal('SIGCONT')
  await bob.hears('the last one')
  assert.deepEqual(bob.texts, [...lines, 'the last one'])
  assert.equal(bob.of('gap').length + bob.of('error').length, 0)
  await bob.event({ type: 'connection', state: 'offline' })
  await alice.event({ type: 'member-back', alias: 'bob' })
})
