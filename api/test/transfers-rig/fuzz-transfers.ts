import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { LIMITS, SEGMENT_HEADER_BYTES } from '@chat-room/protocol'
import { SeededRandom } from '../support/seeded-random.ts'
import { noise, sha256 } from './bytes.ts'
import type { TransferClient } from './client.ts'
import { EVERYONE, TransferWorld } from './world.ts'

const SEGMENT = LIMITS.segmentBytes

/** Each frame of a client is spoiled at most once: twice would end the transfer, as it should. */
function spoilSometimes(client: TransferClient, random: SeededRandom): void {
  const spoiled = new Set<string>()
  client.tamper = (frame, index) => {
    const key = `${frame.subarray(1, 17).join()} ${index}`
    if (spoiled.has(key) || !random.chance(0.03)) return frame
    spoiled.add(key)
    const at = SEGMENT_HEADER_BYTES + random.below(frame.length - SEGMENT_HEADER_BYTES)
    // A copy: the relay may have the same bytes for others, and for this one again.
    const damaged = frame.slice()
    damaged[at] = (frame[at] ?? 0) ^ (1 << random.below(8))
    return damaged
  }
}

/** A moment, or long enough to be given up for; and then in the middle of whatever is being done. */
async function wait({ time }: TransferWorld, random: SeededRandom): Promise<void> {
  await time.pass(random.below(random.chance(0.1) ? 60_000 : 4_000))
  for (let turns = random.below(4); turns > 0; turns -= 1) await turn()
}

async function disturb(world: TransferWorld, random: SeededRandom): Promise<void> {
  const client = random.pick(world.clients)
  const { transfers } = client
  switch (random.below(5)) {
    case 0:
    case 1:
      client.line?.drop()
      break
    case 2:
      transfers.offline()
      await wait(world, random)
      transfers.online()
      break
    case 3: {
      const number = 1 + random.below(4)
      if (transfers.control('pause', number) === undefined) {
        await wait(world, random)
        transfers.control('continue', number)
      }
      break
    }
    default:
      await world.restart()
  }
}

/** Drops, restarts, pauses and damage, as a seed tells: everything arrives all the same. */
export async function fuzzTransfers(seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  // In one world of three the relay cannot hold the larger files at once.
  await using world = await TransferWorld.open(random.chance(0.33) ? { quota: 40 * 1024 * 1024 } : {})
  const [ann, bob, cyd] = [await world.join('ann'), await world.join('bob'), await world.join('cyd')]
  for (const client of world.clients) spoilSometimes(client, random)
  const expected: { from: TransferClient; name: string; digest: string }[] = []
  for (const [n, from] of [ann, ann, bob].entries()) {
    const name = `${n}.bin`
    const size = random.pick([0, 1, SEGMENT, 3 * SEGMENT + 5, random.below(50 * SEGMENT)])
    expected.push({ from, name, digest: sha256(from.disk.put(name, noise(size, n + 1))) })
    from.transfers.send(name, EVERYONE)
  }
  for (let disturbances = 4 + random.below(12); disturbances > 0; disturbances -= 1) {
    await wait(world, random)
    await disturb(world, random)
  }
  for (const receiver of world.clients) {
    const due = expected.filter(({ from }) => from !== receiver)
    await receiver.until(
      () => receiver.of('file-received').length + receiver.of('file-ended').length >= due.length,
    )
    const received = receiver.of('file-received').map(({ name, sha256: digest }) => `${name} ${digest}`)
    assert.deepEqual(received.sort(), due.map(({ name, digest }) => `${name} ${digest}`).sort())
    await receiver.transfers.settled()
    assert.ok(receiver.disk.sinks.every(({ state }) => state === 'finished'))
    assert.deepEqual(receiver.of('error'), [])
  }
  assert.equal(ann.of('file-sent').length, 2)
  assert.equal(cyd.of('file-sent').length, 0)
}
