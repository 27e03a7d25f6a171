import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bytes, concat, encodeU64, encodeUtf8 } from '../bytes.ts'
import { appendLink, beginChain, CHAIN_START, type Link } from './chain.ts'
import { errorOf, hex, unwrap } from './fixtures.test.ts'
import { unpad } from './padding.ts'
import { createSealingChain } from './sealing-chain.ts'

const plain = async (counter: number, prevHash: Bytes, padded: Bytes) =>
  concat(encodeU64(counter), prevHash, padded)

test('calls at once are answered in their order, each with a counter of its own and linked to the one before', async () => {
  const links: Link[] = []
  const chain = createSealingChain(async (counter, prevHash, padded) => {
    await new Promise(resolve => setImmediate(resolve))
    links.push({ counter, prevHash, hash: new Uint8Array() })
    return plain(counter, prevHash, padded)
  })
  const sealed = await Promise.all(Array.from({ length: 50 }, (_, n) => chain.seal(encodeUtf8(`${n}`))))
  const whole = sealed.map((result, n) => ({ ...(links[n] as Link), hash: unwrap(result).hash }))
  assert.deepEqual(
    whole.map(link => link.counter),
    Array.from({ length: 50 }, (_, n) => n + 1),
  )
  assert.equal(hex(whole[0]?.prevHash as Bytes), hex(CHAIN_START))
  let judged = beginChain(whole[0] as Link)
  for (const link of whole.slice(1)) {
    const { chain: next, gap } = unwrap(appendLink(judged, link))
    assert.equal(gap, undefined)
    judged = next
  }
})

test('a body that its owner changes while it waits is sealed as it was handed over', async () => {
  const bodies: string[] = []
  const chain = createSealingChain(async (counter, prevHash, padded) => {
    bodies.push(Buffer.from(unpad(padded) as Bytes).toString())
    return plain(counter, prevHash, padded)
  })
  const body = encodeUtf8('first')
  const sealing = chain.seal(body)
  body.set(encodeUtf8('WRONG'))
  unwrap(await sealing)
  assert.deepEqual(bodies, ['first'])
})

test('a counter whose sealing threw is never used again, and the chain goes on', async () => {
  const tried: number[] = []
  const chain = createSealingChain(async (counter, prevHash, padded) => {
    tried.push(counter)
    if (counter === 2) throw new Error('no')
    return plain(counter, prevHash, padded)
  })
  const body = new Uint8Array(1)
  const settled = await Promise.allSettled([chain.seal(body), chain.seal(body), chain.seal(body)])
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(tried, [1, 2, 3])
})

test('a session whose counters are used up says so: rotation is needed', async () => {
  const chain = createSealingChain(plain, 2)
  const body = new Uint8Array(1)
  const results = await Promise.all([chain.seal(body), chain.seal(body), chain.seal(body)])
  unwrap(results[0])
  unwrap(results[1])
  assert.equal(errorOf(results[2]), 'session-used-up')
})
