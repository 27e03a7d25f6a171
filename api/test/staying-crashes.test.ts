import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryEntry } from '@chat-room/client'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld, type WorldClient } from './support/memory-world.ts'
import { MortalMemory } from './support/mortal-memory.ts'

const textOf = ({ event }: HistoryEntry): string | undefined => ('text' in event ? event.text : undefined)
const textsIn = (entries: readonly HistoryEntry[]) => entries.flatMap(entry => textOf(entry) ?? [])

/** In the order in which they were said, each once. */
const inOrder = (texts: readonly string[], prefix: string): boolean => {
  const numbers = texts.filter(text => text.startsWith(prefix)).map(text => Number(text.slice(prefix.length)))
  return numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))
}

/** Opens the device again, and comes in however it lets one. */
async function comeIn(world: MemoryWorld, device: MemoryDevice): Promise<WorldClient> {
  const client = world.client(device, {}, { persistent: true })
  client.core.start()
  await world.until(() => client.state === 'joined' || client.state === 'password', 'it opens')
  if (client.state === 'joined') return client
  client.givePassword('correct horse battery staple')
  await client.askedFor('alias')
  client.core.giveAlias('alice')
  await world.until(() => client.state === 'joined', 'alice joins')
  return client
}

/** Everything that alice does in her first process; it may end anywhere. */
async function talk(world: MemoryWorld, alice: WorldClient, bob: WorldClient, isDead: () => boolean) {
  const until = (holds: () => boolean, what: string) => world.until(() => holds() || isDead(), what)
  alice.core.start()
  await until(() => alice.state === 'password', 'a password is asked for')
  if (isDead()) return
  alice.givePassword('correct horse battery staple')
  await until(() => alice.state === 'alias', 'an alias is asked for')
  alice.core.giveAlias('alice')
  await until(() => alice.state === 'joined' && bob.core.aliases.includes('alice'), 'alice joins')
  for (let n = 1; n <= 3 && !isDead(); n++) {
    alice.core.submit(`a${n}`)
    bob.core.submit(`b${n}`)
    if (bob.core.aliases.includes('alice')) bob.core.submit(`d${n}`, 'alice')
    await until(
      () => bob.texts.includes(`a${n}`) && alice.texts.includes(`b${n}`) && alice.texts.includes(`d${n}`),
      `both hear ${n}`,
    )
    await until(() => alice.of('sent').length === n, 'it is stored')
  }
  await until(() => !world.clock.waiting, 'all is written and confirmed')
  alice.pair?.drop()
  alice.isReachable = false
  for (let n = 4; n <= 6 && !isDead(); n++) {
    alice.core.submit(`a${n}`)
    await new Promise(resolve => setImmediate(resolve))
  }
  bob.core.submit('b4')
  if (bob.core.aliases.includes('alice')) bob.core.submit('d4', 'alice')
  await until(() => bob.of('sent').length === bob.of('said').length, 'bob goes on')
}

test('a process that is killed at any of its writes loses nothing that it kept, and repeats nothing', async () => {
  for (let writes = 0, isDone = false; !isDone; writes++) {
    const world = await MemoryWorld.create()
    const bob = await world.client().join('bob')
    const device = new MemoryDevice({ stays: true })
    const mortal = new MortalMemory(device.memory(), writes)
    const first = world.client(device, { memory: mortal.memory }, { persistent: true })
    await talk(world, first, bob, () => mortal.isDead)
    isDone = !mortal.isDead
    first.kill()
    const at = `after ${writes} writes`

    const second = await comeIn(world, device)
    second.core.submit('a9')
    bob.core.submit('b9')
    await second.hears('b9')
    await bob.hears('a9')
    await world.until(() => second.of('sent').length > 0, 'it is stored')
    // Nothing that the device showed is told again.
    const shown = textsIn(second.of('history').flatMap(({ entries }) => entries))
    // Direct messages come by a way of their own, which may take longer.
    await world.until(
      () => bob.of('said').every(({ text }) => shown.includes(text) || second.texts.includes(text)),
      `${at}: she knows all that was said to her`,
    )
    const told = [...second.texts, ...second.of('said').map(({ text }) => text)]
    assert.deepEqual(
      told.filter(text => shown.includes(text)),
      [],
      `${at}: told twice`,
    )
    assert.deepEqual(second.of('gap'), [], at)
    assert.deepEqual(second.of('error'), [], at)
    await second.core.stop()

    const third = await comeIn(world, device)
    const [history] = third.of('history')
    const entries = history?.entries ?? []
    const kept = textsIn(entries)
    assert.equal(new Set(kept).size, kept.length, `${at}: kept twice: ${kept}`)
    for (const whose of ['a', 'b', 'd']) assert.ok(inOrder(kept, whose), `${at}: ${kept}`)
    for (const text of bob.of('said').map(({ text }) => text))
      assert.ok(kept.includes(text), `${at}: ${text}`)
    for (const entry of entries) {
      if (entry.event.type !== 'said') continue
      assert.equal(entry.state, 'sent', `${at}: ${entry.event.text} is kept as on its way`)
      assert.ok(bob.texts.includes(entry.event.text), `${at}: bob has ${entry.event.text}`)
    }
    assert.equal(new Set(bob.texts).size, bob.texts.length, `${at}: bob heard twice: ${bob.texts}`)
    assert.deepEqual(bob.of('error'), [], `${at}: no message stands in a hole`)
    assert.ok(inOrder(bob.texts, 'a'), `${at}: bob heard ${bob.texts}`)
    third.kill()
    bob.kill()
    if (isDone) assert.ok(writes > 10, `it wrote ${writes} times`)
  }
})
