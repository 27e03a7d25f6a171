import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { SeededRandom } from '../support/seeded-random.ts'
import { freePort } from './rig/free-port.ts'
import { PASSWORD, Room } from './rig/room.ts'
import { Transcript } from './rig/transcript.ts'
import { Wiretap } from './rig/wiretap.ts'

const KILLS = Number(process.env['KILLS'] ?? 3)

const startRoom = async () => Room.start({ light: true, env: { PORT: String(await freePort()) } })

/** Holds back what the server says, for good, and resolves when it has acknowledged so many more. */
async function stall(wiretap: Wiretap, acknowledged: number): Promise<void> {
  const heldBack: Transcript<string> = new Transcript(() => `held back:\n${heldBack.items.join('\n')}`)
  wiretap.hold = ({ from }) => (from === 'server' ? new Promise(() => undefined) : undefined)
  wiretap.onFrame = ({ from, bytes }) => {
    if (from === 'server') heldBack.add(bytes.toString('utf8', 0, 200))
  }
  for (let left = acknowledged; left > 0; left--) {
    await heldBack.take('an acknowledgement', frame => frame.includes('"type":"accepted"'))
  }
}

suite('scenario: a server that ends and starts again', { concurrency: 2 }, () => {
  test('SIGTERM: clients are told, it exits with 0 in 5 s, and everything goes on by itself', async () => {
    await using room = await startRoom()
    const [alice, bob] = await room.members('alice', 'bob')
    alice.type('before')
    await bob.hears('before')
    const carol = await room.member('carol')
    await carol.kill()
    await alice.event({ type: 'member-away', alias: 'carol' })

    // An end that takes longer than that is cut short, with 1.
    assert.equal(await room.stopServer('SIGTERM'), 0)
    await Promise.all([alice, bob].map(person => person.event({ type: 'connection', state: 'offline' })))
    alice.type('written while it was down')
    await room.startServer()
    const written = await bob.hears('written while it was down')
    assert.equal(typeof written['written'], 'number')
    await alice.event({ type: 'sent' })

    // The room is claimed still, and its members are who they were: one away gets what was sent to it meanwhile.
    alice.type(':Dm carol', 'for carol, who is away')
    await alice.event({ type: 'target', to: 'carol' })
    const again = await room.person('carol')
    await again.event({ type: 'room', state: 'claimed' })
    await again.enter(PASSWORD)
    const { from, to } = await again.hears('for carol, who is away')
    assert.deepEqual([from, to], ['alice', 'carol'])
    await again.hears('before')
    assert.equal(again.texts.filter(text => text === 'before').length, 1)
    for (const person of [alice, bob]) assert.equal(person.of('gap').length, 0)
  })

  test('SIGKILL between acknowledgement and delivery: what was acknowledged is told exactly once, in order', async t => {
    const seed = Number(process.env['SEED'] ?? 1)
    t.diagnostic(`SEED=${seed}`)
    const random = new SeededRandom(seed)
    await using room = await startRoom()
    await using wiretap = await Wiretap.before(room)
    const alice = await room.member('alice', { url: wiretap.url })
    const bob = await room.member('bob', { url: wiretap.url })
    await alice.event({ type: 'member-joined', alias: 'bob' })
    const people = [alice, bob] as const
    const typed = people.map(() => ({ all: [] as string[], direct: [] as string[] }))
    const say = (speaker: number, audience: 'all' | 'direct', count: number) => {
      const lines = typed[speaker]?.[audience] ?? []
      const more = Array.from({ length: count }, (_, at) => `${audience} ${speaker} ${lines.length + at}`)
      lines.push(...more)
      people[speaker]?.type(`:Dm ${audience === 'all' ? 'All' : people[1 - speaker]?.name}`, ...more)
    }
    for (let kill = 0; kill < KILLS; kill++) {
      for (const [speaker, listener] of [bob, alice].entries()) {
        for (const audience of ['all', 'direct'] as const) {
          say(speaker, audience, 1 + random.below(20))
          // Both are back, and nothing is on its way any more.
          await listener.hears(typed[speaker]?.[audience].at(-1) ?? '')
        }
      }
      // From here on the server's words are lost: it stores so many, acknowledges and relays them, and nobody hears of it.
      const stored = stall(wiretap, 1 + random.below(20))
      for (const speaker of people.keys()) say(speaker, random.pick(['all', 'direct']), 20 + random.below(60))
      await stored
      assert.equal(await room.stopServer('SIGKILL'), 'SIGKILL')
      wiretap.hold = () => undefined
      await room.startServer()
    }
    for (const [speaker, listener] of [bob, alice].entries()) {
      const { all, direct } = typed[speaker] ?? { all: [], direct: [] }
      say(speaker, 'all', 1)
      say(speaker, 'direct', 1)
      await Promise.all([all, direct].map(lines => listener.hears(lines.at(-1) ?? '')))
      const heard = (to: string) =>
        listener.of('message').flatMap(message => (message['to'] === to ? [message['text']] : []))
      assert.deepEqual(heard('all'), all)
      assert.deepEqual(heard(listener.name), direct)
      assert.equal(listener.of('gap').length + listener.of('error').length, 0)
    }
    for (const person of people) person.endInput()
    for (const [speaker, person] of people.entries()) {
      assert.equal(await person.ended(), 0)
      const ids = person.of('sent').map(({ id }) => id)
      assert.equal(new Set(ids).size, ids.length, 'each is acknowledged once')
      assert.equal(ids.length, Object.values(typed[speaker] ?? {}).flat().length)
    }
  })

  test('SIGKILL of a client with messages on their way: its next process sends each of them once', async t => {
    const seed = Number(process.env['SEED'] ?? 1)
    t.diagnostic(`SEED=${seed}`)
    const random = new SeededRandom(seed)
    await using room = await startRoom()
    const [bob, first] = await room.members('bob', 'alice')
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`)
    first.type(...lines)
    for (let more = 1 + random.below(100); more > 0; more--) await first.event({ type: 'sent' })
    await first.kill()
    const acknowledged = first.of('sent').length
    const second = await room.member('alice')
    second.type('after them')
    await bob.hears('after them')
    const heard = bob.texts.slice(0, -1)
    assert.deepEqual(heard, lines.slice(0, heard.length), 'in order, none twice, none left out')
    assert.ok(heard.length >= acknowledged, `${heard.length} heard, ${acknowledged} acknowledged`)
    second.type(':Exit')
    assert.equal(await second.ended(), 0)
  })
})
