import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteBudget } from './byte-budget.ts'

function spending(bytes: number) {
  const budget = new ByteBudget(bytes)
  const begun: number[] = []
  const end: PromiseWithResolvers<void>[] = []
  const spend = (cost: number): Promise<number> => {
    const number = end.push(Promise.withResolvers<void>()) - 1
    return budget.spend(cost, async () => {
      begun.push(number)
      await end[number]?.promise
      return number
    })
  }
  return { begun, spend, end: (number: number) => end[number]?.resolve() }
}

test('no more than so many bytes in hand at once, in the order they were asked for', async () => {
  const { begun, spend, end } = spending(2)
  const tasks = [1, 1, 1, 1].map(spend)
  assert.deepEqual(begun, [0, 1])
  end(1)
  assert.equal(await tasks[1], 1)
  assert.deepEqual(begun, [0, 1, 2])
  end(0)
  await tasks[0]
  end(2)
  end(3)
  assert.deepEqual(await Promise.all(tasks), [0, 1, 2, 3])
})

test('what is large is not overtaken for ever by what is small', async () => {
  const { begun, spend, end } = spending(4)
  const [first, large, small] = [spend(3), spend(4), spend(1)]
  assert.deepEqual(begun, [0])
  end(0)
  await first
  assert.deepEqual(begun, [0, 1])
  end(1)
  await large
  assert.deepEqual(begun, [0, 1, 2])
  end(2)
  await small
})

test('a task that fails gives back what it had', async () => {
  const budget = new ByteBudget(1)
  await assert.rejects(
    budget.spend(1, () => Promise.reject(new Error('not today'))),
    /not today/,
  )
  assert.equal(await budget.spend(1, async () => 'done'), 'done')
})
