import assert from 'node:assert/strict'
import { MemoryWorld, type WorldClient } from './memory-world.ts'

/** What a hostile server reads and writes: the frames as plain JSON. */
export type Fact = Record<string, unknown> & { readonly type: string }

/** From now on the server makes this of each fact of a type before the client gets it. */
export function onFact(client: WorldClient, type: string, change: (fact: Fact) => readonly object[]): void {
  const before = client.alter
  client.alter = text => {
    const fact: Fact = JSON.parse(text)
    return fact.type === type ? change(fact).map(each => JSON.stringify(each)) : before(text)
  }
}

export const codes = (client: WorldClient): readonly string[] => client.of('error').map(({ code }) => code)

/** The client lives: it neither ended nor ran into a bug of its own. */
export function assertWell(world: MemoryWorld, ...clients: readonly WorldClient[]): void {
  for (const client of clients) assert.equal(client.state, 'joined')
  assert.deepEqual(world.errors, [])
}

export async function annAndBen(): Promise<{ world: MemoryWorld; ann: WorldClient; ben: WorldClient }> {
  const world = await MemoryWorld.create()
  const ann = await world.client().join('ann')
  const ben = await world.client().join('ben')
  await world.until(() => ann.core.aliases.length === 2, 'ann sees ben')
  return { world, ann, ben }
}
