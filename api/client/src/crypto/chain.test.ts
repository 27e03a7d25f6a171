import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { appendLink, beginChain, CHAIN_START, type Chain, type Link, prependLink } from './chain.ts'
import { errorOf, seededRandom, unwrap } from './fixtures.test.ts'

/** An author's first `count` messages. */
function history(count: number, seed = 1): Link[] {
  const random = seededRandom(seed)
  const links: Link[] = []
  let prevHash = CHAIN_START
  for (let counter = 1; counter <= count; counter += 1) {
    const hash = random(32)
    links.push({ counter, prevHash, hash })
    prevHash = hash
  }
  return links
}

const links = history(9)
const at = (counter: number): Link => links[counter - 1] as Link
const append = (chain: Chain, ...counters: number[]): Chain =>
  counters.reduce((so, counter) => unwrap(appendLink(so, at(counter))).chain, chain)
const impostor = (counter: number): Link => ({ ...at(counter), hash: seededRandom(99)(32) })

describe('forwards', () => {
  test('a chain begins at the first message seen: a pruned prefix is no gap', () => {
    const chain = append(beginChain(at(4)), 5, 6)
    assert.deepEqual(chain.gaps, [])
    assert.equal(chain.first.counter, 4)
    assert.equal(chain.last.counter, 6)
  })

  test('a missing middle link is told, once, and the chain goes on', () => {
    const judged = unwrap(appendLink(beginChain(at(2)), at(5)))
    assert.deepEqual(judged.gap, { after: 2, before: 5 })
    assert.equal(unwrap(appendLink(judged.chain, at(6))).gap, undefined)
  })

  test('counters that the author burnt leave no gap: the hashes meet', () => {
    const later: Link = { counter: 7, prevHash: at(2).hash, hash: seededRandom(5)(32) }
    assert.equal(unwrap(appendLink(beginChain(at(2)), later)).gap, undefined)
  })

  test('a replay is refused, of the last message and of any other', () => {
    const chain = append(beginChain(at(2)), 3, 4)
    for (const counter of [2, 3, 4]) assert.equal(errorOf(appendLink(chain, at(counter))), 'replayed')
  })

  test('a message that comes after a later one is refused, inside a gap and before the first', () => {
    const chain = append(beginChain(at(3)), 6)
    for (const counter of [1, 2, 4, 5]) assert.equal(errorOf(appendLink(chain, at(counter))), 'reordered')
  })

  test('two messages in one place are two histories', () => {
    const chain = append(beginChain(at(2)), 3)
    assert.equal(errorOf(appendLink(chain, impostor(3))), 'forked')
    assert.equal(errorOf(appendLink(chain, impostor(2))), 'forked')
    const neighbour: Link = { counter: 4, prevHash: impostor(3).hash, hash: at(4).hash }
    assert.equal(errorOf(appendLink(chain, neighbour)), 'forked')
  })

  test('an author who begins again inside a chain has two histories', () => {
    const restart: Link = { counter: 8, prevHash: CHAIN_START, hash: seededRandom(6)(32) }
    assert.equal(errorOf(appendLink(beginChain(at(2)), restart)), 'forked')
  })
})

describe('backwards', () => {
  test('pages fetched newest first join into one chain down to the first message', () => {
    const pages = [
      [7, 8, 9],
      [4, 5, 6],
      [1, 2, 3],
    ]
    let chain: Chain | undefined
    for (const counter of pages.flatMap(page => page.toReversed())) {
      chain = chain === undefined ? beginChain(at(counter)) : unwrap(prependLink(chain, at(counter))).chain
    }
    assert.deepEqual(chain, { first: at(1), last: at(9), gaps: [] })
  })

  test('a missing middle link is told, within a page and between two', () => {
    const judged = unwrap(prependLink(beginChain(at(7)), at(3)))
    assert.deepEqual(judged.gap, { after: 3, before: 7 })
    assert.equal(unwrap(prependLink(judged.chain, at(2))).gap, undefined)
  })

  test('both ends grow independently', () => {
    const chain = unwrap(prependLink(append(beginChain(at(5)), 6), at(4))).chain
    assert.deepEqual(append(chain, 7).gaps, [])
  })

  test('replays, reorders and other histories are refused', () => {
    const chain = unwrap(prependLink(append(beginChain(at(5)), 6), at(2))).chain
    assert.equal(errorOf(prependLink(chain, at(5))), 'replayed')
    assert.equal(errorOf(prependLink(chain, at(2))), 'replayed')
    assert.equal(errorOf(prependLink(chain, at(3))), 'reordered')
    assert.equal(errorOf(prependLink(chain, at(9))), 'reordered')
    assert.equal(errorOf(prependLink(chain, impostor(1))), 'forked')
    assert.equal(errorOf(prependLink(chain, impostor(2))), 'forked')
  })

  test('nothing comes before a message that says it is the first', () => {
    const liar: Link = { counter: 4, prevHash: CHAIN_START, hash: at(4).hash }
    assert.equal(errorOf(prependLink(beginChain(liar), at(2))), 'forked')
  })
})

test('seeded: whatever is dropped, doubled or delayed, nothing is taken twice or late and every loss is told', t => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = seededRandom(seed)
    const sent = history(20, seed)
    const delivered = sent.flatMap(link => {
      const fate = (random(1)[0] as number) % 8
      return fate === 0 ? [] : fate === 1 ? [link, link] : [link]
    })
    for (let swap = 0; swap < 3; swap += 1) {
      const place = (random(1)[0] as number) % Math.max(1, delivered.length - 1)
      const [a, b] = [delivered[place], delivered[place + 1]]
      if (a && b) delivered.splice(place, 2, b, a)
    }
    const taken: number[] = []
    let chain: Chain | undefined
    for (const link of delivered) {
      if (chain === undefined) chain = beginChain(link)
      else {
        const judged = appendLink(chain, link)
        if (!judged.ok) {
          assert.notEqual(judged.error, 'forked', `seed ${seed}`)
          continue
        }
        chain = judged.value.chain
      }
      taken.push(link.counter)
    }
    assert.deepEqual(
      taken,
      [...new Set(taken)].toSorted((a, b) => a - b),
      `seed ${seed}`,
    )
    const missing = (chain?.gaps ?? []).reduce((sum, gap) => sum + gap.before - gap.after - 1, 0)
    const [first = 0, last = -1] = [taken.at(0), taken.at(-1)]
    assert.equal(missing, last - first + 1 - taken.length, `seed ${seed}`)
  }
  t.diagnostic('seeds 1 to 300')
})
