import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { TokenBuckets } from './token-bucket.ts'

const START = 1_800_000_000_000
const MINUTE = 60_000

beforeEach(context => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: START })
  if ('after' in context) context.after(() => mock.timers.reset())
})

/** How many tokens there are now. */
async function drain(buckets: TokenBuckets, key: string): Promise<number> {
  for (let taken = 0; ; taken++) if ((await buckets.take(key)) > 0) return taken
}

test('M3: burst 30, then 10 a minute, evenly', async () => {
  const buckets = new TokenBuckets({ burst: 30, perMinute: 10 })
  assert.equal(await drain(buckets, 'a'), 30)
  mock.timers.tick(MINUTE)
  assert.equal(await drain(buckets, 'a'), 10)
  for (let token = 0; token < 10; token++) {
    mock.timers.tick(5_999)
    assert.equal(await drain(buckets, 'a'), 0)
    mock.timers.tick(1)
    assert.equal(await drain(buckets, 'a'), 1)
  }
})

test('M3: in no stretch of time does anybody get more than the burst and the rate', async () => {
  const buckets = new TokenBuckets({ burst: 5, perMinute: 60 })
  let random = 7
  let taken = 0
  for (let elapsed = 0; elapsed < 10 * MINUTE; ) {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31
    const step = random % 2_500
    mock.timers.tick(step)
    elapsed += step
    if ((await buckets.take('a')) === 0) taken++
    assert.ok(taken <= 5 + elapsed / 1_000, `${taken} tokens in ${elapsed} ms`)
  }
  assert.ok(taken > 300)
})

test('M3: the waiting time is exact: a millisecond less is refused, then the token is there', async () => {
  const buckets = new TokenBuckets({ burst: 3, perMinute: 7 })
  await drain(buckets, 'a')
  const wait = await buckets.take('a')
  assert.equal(wait, Math.ceil(MINUTE / 7))
  mock.timers.tick(wait - 1)
  assert.equal(await buckets.take('a'), 1)
  mock.timers.tick(1)
  assert.equal(await buckets.take('a'), 0)
})

test('M3: a refusal costs nothing: who keeps trying waits no longer', async () => {
  const buckets = new TokenBuckets({ burst: 1, perMinute: 1 })
  await buckets.take('a')
  for (let attempt = 0; attempt < 100; attempt++) assert.equal(await buckets.take('a'), MINUTE)
  mock.timers.tick(MINUTE)
  assert.equal(await buckets.take('a'), 0)
})

test('M3: a token that is given back is there again, and a full bucket gets no fuller', async () => {
  const buckets = new TokenBuckets({ burst: 2, perMinute: 1 })
  await drain(buckets, 'a')
  await buckets.giveBack('a')
  assert.equal(await drain(buckets, 'a'), 1)
  for (let token = 0; token < 5; token++) await buckets.giveBack('a')
  assert.equal(await drain(buckets, 'a'), 2)
})

test('M3: of simultaneous takers exactly as many get a token as there are', async () => {
  const buckets = new TokenBuckets({ burst: 30, perMinute: 10 })
  const waits = await Promise.all(Array.from({ length: 200 }, () => buckets.take('a')))
  assert.equal(waits.filter(wait => wait === 0).length, 30)
})

test('M3: a burst that takes years to refill still ends', async () => {
  const buckets = new TokenBuckets({ burst: 1_000_000, perMinute: 0.01 })
  const interval = 100 * MINUTE
  assert.equal(await drain(buckets, 'a'), Math.floor((2 ** 31 - 1) / interval))
  mock.timers.tick(1_000)
  assert.ok((await buckets.take('a')) > 0)
})

test('M3: another key has a bucket of its own', async () => {
  const buckets = new TokenBuckets({ burst: 1, perMinute: 1 })
  // Keys share one of 65 536 buckets by a secret hash: of twenty, at least one pair does not.
  const waits = await Promise.all(Array.from({ length: 20 }, (_, key) => buckets.take(`key ${key}`)))
  assert.ok(waits.filter(wait => wait === 0).length > 1)
})
