import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { annAndBen, assertWell, codes, type Fact, onFact } from './support/hostile-server.ts'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld } from './support/memory-world.ts'
import { bytesOf, idOf } from './support/room-rig.ts'
import { SeededRandom } from './support/seeded-random.ts'

const HUGE = Number.MAX_SAFE_INTEGER

describe('entries of the log', () => {
  test('a forged text is not shown, but the attempt is', async () => {
    const { world, ann, ben } = await annAndBen()
    onFact(ben, 'entry', fact => [{ ...fact, sealed: bytesOf(400, 'forged') }])
    ann.core.submit('hello')
    await world.until(() => codes(ben).includes('unreadable'), 'ben sees trouble')
    assert.deepEqual(ben.texts, [])
    assertWell(world, ann, ben)
  })

  test('one member’s sealed text under another’s name is shown under neither', async () => {
    const { world, ann, ben } = await annAndBen()
    const cid = await world.client().join('cid')
    await world.until(() => ben.core.aliases.length === 3, 'ben sees cid')
    let ofCid: Fact | undefined
    onFact(ben, 'entry', fact => {
      ofCid ??= fact
      return [{ ...fact, member: ofCid['member'], session: ofCid['session'] }]
    })
    cid.core.submit('of cid')
    await ben.hears('of cid')
    ann.core.submit('of ann')
    await world.until(() => codes(ben).includes('unreadable'), 'ben sees trouble')
    assert.deepEqual(ben.texts, ['of cid'])
    assertWell(world, ann, ben, cid)
  })

  test('an entry again under a new number is refused as replayed', async () => {
    const { world, ann, ben } = await annAndBen()
    onFact(ben, 'entry', fact => [fact, { ...fact, seq: Number(fact['seq']) + 1 }])
    ann.core.submit('once')
    await world.until(() => codes(ben).includes('replayed'), 'ben sees trouble')
    assert.deepEqual(ben.texts, ['once'])
    assertWell(world, ben)
  })

  test('an entry of before under a new number is refused as replayed by a later process too', async () => {
    const world = await MemoryWorld.create()
    const ann = await world.client().join('ann')
    const device = new MemoryDevice({ stays: true })
    const ben = await world.client(device).join('ben')
    await world.until(() => ann.core.aliases.length === 2, 'ann sees ben')
    let old: Fact | undefined
    onFact(ben, 'entry', fact => {
      old ??= fact
      return [fact]
    })
    ann.core.submit('once')
    await ben.hears('once')
    await ben.core.stop()

    const later = world.client(device)
    // Under another id, by which the device's history does not know it; under another number, whose own entry is dropped.
    onFact(later, 'entry', fact =>
      fact['kind'] === 'message' ? [{ ...old, id: idOf('x'), seq: fact['seq'] }] : [fact],
    )
    later.core.start()
    await world.until(() => later.of('connection').some(({ state }) => state === 'online'), 'ben is back')
    ann.core.submit('another')
    await world.until(() => codes(later).includes('replayed'), 'ben sees trouble')
    assert.deepEqual(later.texts, [])
    assertWell(world, ann, later)
  })

  test('entries in another order are not told in it', async () => {
    const { world, ann, ben } = await annAndBen()
    let held: Fact | undefined
    onFact(ben, 'entry', fact => {
      if (held === undefined) {
        held = fact
        return []
      }
      return [
        { ...fact, seq: held['seq'] },
        { ...held, seq: fact['seq'] },
      ]
    })
    ann.core.submit('first')
    ann.core.submit('second')
    await world.until(() => codes(ben).includes('replayed'), 'ben sees trouble')
    assert.deepEqual(ben.texts, ['second'])
    assertWell(world, ben)
  })

  test('a message dropped from the middle, and the numbers closed over it, is a broken chain', async () => {
    const { world, ann, ben } = await annAndBen()
    let count = 0
    onFact(ben, 'entry', fact => {
      count++
      if (count === 2) return []
      return [count === 1 ? fact : { ...fact, seq: Number(fact['seq']) - 1 }]
    })
    for (const text of ['one', 'two', 'three']) ann.core.submit(text)
    await ben.hears('three')
    assert.deepEqual(ben.texts, ['one', 'three'])
    assert.ok(codes(ben).includes('broken-chain'))
    assertWell(world, ben)
  })

  test('other histories for two members are shown as a fork when either speaks', async () => {
    const { world, ann, ben } = await annAndBen()
    const cid = await world.client().join('cid')
    await world.until(() => ben.core.aliases.length === 3 && ann.core.aliases.length === 3, 'all see cid')
    // To ben the entry of cid is another one; to ann it is genuine, and she names its hash as her newest.
    let isFirst = true
    onFact(ben, 'entry', fact => {
      const altered = isFirst ? { ...fact, sealed: bytesOf(397, 'another history') } : fact
      isFirst = false
      return [altered]
    })
    cid.core.submit('for ann alone')
    await ann.hears('for ann alone')
    ann.core.submit('I have seen it')
    await ben.hears('I have seen it')
    assert.ok(codes(ben).includes('fork'))
    assert.ok(!codes(ann).includes('fork'))
  })

  test('holes inside a page are counted, and told', async () => {
    const { world, ann, ben } = await annAndBen()
    ben.pair?.drop()
    onFact(ben, 'page', fact => {
      const entries = fact['entries'] as readonly Fact[]
      return [{ ...fact, entries: entries.filter((_, at) => at !== 1) }]
    })
    for (const text of ['one', 'two', 'three']) ann.core.submit(text)
    await ben.hears('three')
    assert.deepEqual(ben.of('gap'), [{ type: 'gap', missed: 1 }])
    assertWell(world, ben)
  })
})

describe('hellos', () => {
  const lies: readonly (readonly [string, (fact: Fact) => object])[] = [
    ['a wrong tag', fact => ({ ...fact, tag: bytesOf(16, 'tag') })],
    ['a foreign member id', fact => ({ ...fact, member: idOf('somebody') })],
    ['another session', fact => ({ ...fact, session: idOf('another session') })],
    ['damaged bytes', fact => ({ ...fact, sealed: bytesOf(1_600, 'hello') })],
  ]
  for (const [what, lie] of lies) {
    test(`a hello with ${what} is hidden, and so is what its session says`, async () => {
      const world = await MemoryWorld.create()
      const ann = await world.client().join('ann')
      for (const type of ['entry', 'hello']) {
        onFact(ann, type, fact => [fact['kind'] === 'hello' ? lie(fact) : fact])
      }
      // The hello cannot be had in another way either.
      onFact(ann, 'hellos', fact => [{ ...fact, hellos: (fact['hellos'] as readonly Fact[]).map(lie) }])
      const ben = await world.client().join('ben')
      ben.core.submit('who am I?')
      await world.until(() => ben.of('sent').length === 1, 'it is stored')
      ann.core.submit('anybody?')
      await ben.hears('anybody?')
      assert.deepEqual(ann.core.aliases, ['ann'])
      assert.deepEqual(ann.texts, [])
      assertWell(world, ann, ben)
    })
  }

  test('M5: a second member of an alias is hidden where the server let it in', async () => {
    const { world, ann, ben } = await annAndBen()
    const impostor = world.client()
    // The server looks away: it keeps a tag that nobody holds, and shows the right one to the others.
    let tag: unknown
    impostor.alterSent = text => {
      const message: Fact = JSON.parse(text)
      if (message.type !== 'join') return text
      tag = message['tag']
      return JSON.stringify({ ...message, tag: bytesOf(16, 'free') })
    }
    onFact(ben, 'entry', fact => [fact['kind'] === 'hello' ? { ...fact, tag } : fact])
    await impostor.join('ann')
    impostor.core.submit('I am ann')
    await world.until(() => impostor.of('sent').length === 1, 'it is stored')
    ann.core.submit('no, I am')
    await ben.hears('no, I am')
    assert.deepEqual(ben.texts, ['no, I am'])
    assert.deepEqual(ben.core.aliases, ['ann', 'ben'])
  })

  test('M12: whose hello expired before it was read is here as soon as it speaks', async () => {
    const world = await MemoryWorld.create()
    const ann = await world.client().join('ann')
    onFact(ann, 'entry', fact => (fact['kind'] === 'hello' ? [] : [fact]))
    onFact(ann, 'page', fact => {
      const entries = fact['entries'] as readonly Fact[]
      return [{ ...fact, entries: entries.filter(({ kind }) => kind !== 'hello') }]
    })
    const ben = await world.client().join('ben')
    ben.core.submit('here I am')
    await ann.hears('here I am')
    assert.deepEqual(ann.of('gap'), [{ type: 'gap', missed: 1 }])
    assert.deepEqual(ann.core.aliases, ['ann', 'ben'])
    assert.equal(ann.of('member-joined').length, 1)
    assertWell(world, ann, ben)
  })

  test('hellos that are never to be had are asked for once: what their sessions say is hidden', async () => {
    for (const missing of [true, false]) {
      const world = await MemoryWorld.create()
      const ann = await world.client().join('ann')
      const ben = world.client()
      onFact(ben, 'hellos', fact => [{ ...fact, hellos: [], missing: missing ? fact['missing'] : [] }])
      onFact(ben, 'page', fact => [{ ...fact, entries: [] }])
      await ben.join('ben')
      ann.core.submit('hello')
      await world.until(() => ann.of('sent').length === 1, 'it is stored')
      ben.core.submit('alone')
      await ann.hears('alone')
      assert.deepEqual(ben.texts, [])
      assert.ok(world.seen.filter(text => text.includes('"fetch-hellos"')).length <= 2)
      assertWell(world, ben)
    }
  })
})

describe('direct messages', () => {
  test('M11: a DM for somebody else cannot be opened, and that is shown', async () => {
    const { world, ann, ben } = await annAndBen()
    const cid = await world.client().join('cid')
    await world.until(() => ann.core.aliases.length === 3 && cid.core.aliases.length === 3, 'all see cid')
    onFact(ben, 'direct', fact => {
      cid.inject(JSON.stringify({ ...fact, mailbox: 1 }))
      return [fact]
    })
    ann.core.submit(':Dm ben')
    ann.core.submit('for ben')
    await ben.hears('for ben')
    await world.until(() => codes(cid).includes('unreadable'), 'cid sees trouble')
    assert.deepEqual(cid.texts, [])
    assertWell(world, ann, ben, cid)
  })

  test('a DM again under a new number, and one that is put in another’s mouth, are not shown', async () => {
    const { world, ann, ben } = await annAndBen()
    onFact(ben, 'direct', fact => [
      fact,
      { ...fact, mailbox: 2 },
      { ...fact, mailbox: 3, member: idOf('somebody') },
      { ...fact, mailbox: 4, session: idOf('another session') },
    ])
    ann.core.submit(':Dm ben')
    ann.core.submit('once')
    await world.until(() => codes(ben).includes('replayed'), 'ben sees trouble')
    assert.deepEqual(ben.texts, ['once'])
    assertWell(world, ben)
  })
})

describe('numbers and noise', () => {
  test('huge numbers are a gap that is told, and cost a handful of requests', async () => {
    const { world, ann, ben } = await annAndBen()
    const before = world.seen.length
    onFact(ben, 'entry', fact => [{ ...fact, seq: HUGE }])
    ben.inject(JSON.stringify({ type: 'presence', member: idOf('x'), presence: 'left' }))
    ben.inject(JSON.stringify({ type: 'accepted', id: idOf('x'), seq: HUGE, at: HUGE }))
    ann.core.submit('hello')
    await world.until(() => ben.of('gap').length > 0, 'ben is told')
    assert.deepEqual(ben.texts, ['hello'])
    assert.ok(world.seen.length - before < 20)
    assertWell(world, ben)
  })

  test('a standing of huge numbers at the join ends in a gap, not in endless requests', async () => {
    const world = await MemoryWorld.create()
    await world.client().join('ann')
    const ben = world.client()
    onFact(ben, 'joined', fact => [{ ...fact, oldest: 0, head: HUGE, mailbox: HUGE }])
    const before = world.seen.length
    await ben.join('ben')
    let isSettled = false
    ben.core.settled().then(
      () => {
        isSettled = true
      },
      () => undefined,
    )
    await world.until(() => isSettled, 'everything is read')
    assert.ok(world.seen.length - before < 40)
    assertWell(world, ben)
  })

  test('unknown facts, unknown fields and things that are no facts are ignored', async () => {
    const { world, ann, ben } = await annAndBen()
    ben.alter = text => {
      const fact: Fact = JSON.parse(text)
      return [JSON.stringify({ ...fact, news: { of: ['tomorrow'] } })]
    }
    const noise = [
      '',
      'null',
      '[]',
      '7',
      '"entry"',
      '{',
      '{"type":"party"}',
      '{"type":null}',
      '{"type":"entry"}',
    ]
    noise.push('{"type":"__proto__"}', '{"__proto__":{"type":"left"}}', '\u0000', '{"type":"constructor"}')
    for (const text of noise) ben.inject(text)
    ann.core.submit('hello')
    await ben.hears('hello')
    ben.pair?.drop()
    ann.core.submit('hello again')
    await ben.hears('hello again')
    assertWell(world, ann, ben)
  })

  test('answers that nobody asked for change nothing', async () => {
    const { world, ann, ben } = await annAndBen()
    const standing = { log: idOf('log'), oldest: 1, head: 9, mailbox: 9, roster: [] }
    const answers = [
      { type: 'joined', ...standing },
      { type: 'resumed', member: idOf('m'), missed: 0, ...standing },
      { type: 'page', direction: 'after', seq: 0, entries: [], done: true },
      { type: 'hellos', hellos: [], missing: [] },
      { type: 'admitted', epoch: 1, wrap: bytesOf(97, 'w') },
      { type: 'refused', what: 'send', code: 'wrong-state' },
      { type: 'left' },
    ]
    for (const answer of answers) ben.inject(JSON.stringify(answer))
    ann.core.submit('hello')
    await ben.hears('hello')
    assertWell(world, ann, ben)
  })

  test('whatever is done to the bytes of every frame, no client fails and none shows what nobody said', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new SeededRandom(seed)
      const { world, ann, ben } = await annAndBen()
      ben.alter = text => mangle(random, text)
      const said = Array.from({ length: 8 }, (_, n) => `text ${n}`)
      for (const text of said) ann.core.submit(text)
      await world.until(() => ann.of('sent').length === said.length, 'all are stored')
      ben.alter = text => [text]
      ben.pair?.drop()
      ann.core.submit('the end')
      const isOver = () => ben.texts.includes('the end') || ben.of('gap').length > 0 || ben.state === 'ended'
      await world.until(isOver, `seed ${seed}: the end`)
      assert.ok(
        ben.texts.every(text => said.includes(text) || text === 'the end'),
        `seed ${seed}: ${ben.texts}`,
      )
      assert.equal(new Set(ben.texts).size, ben.texts.length, `seed ${seed}`)
      for (const { message } of ben.of('error'))
        assert.doesNotMatch(message, /This program failed/, `seed ${seed}`)
    }
  })
})

/** Another text, several, or none. */
function mangle(random: SeededRandom, text: string): readonly string[] {
  const at = random.below(text.length)
  switch (random.below(6)) {
    case 0:
      return []
    case 1:
      return [text, text]
    case 2:
      return [`${text.slice(0, at)}${String.fromCharCode(33 + random.below(90))}${text.slice(at + 1)}`]
    case 3:
      return [text.slice(0, at)]
    case 4:
      return [text.replace(/\d+/g, digits => (random.chance(0.5) ? digits : String(random.below(10) ** 15)))]
    default:
      return [text]
  }
}
