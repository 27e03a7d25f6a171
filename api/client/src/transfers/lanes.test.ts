import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lanes } from './lanes.ts'

test('no more than so many tasks at once, and in the order they came', async () => {
  const lanes = new Lanes(2)
  const begun: number[] = []
  const end: (() => void)[] = []
  const tasks = [0, 1, 2, 3].map(n =>
    lanes.run(async () => {
      begun.push(n)
      await new Promise<void>(resolve => {
        end[n] = resolve
      })
      return n
    }),
  )
  assert.deepEqual(begun, [0, 1])
  end[1]?.()
  assert.equal(await tasks[1], 1)
  assert.deepEqual(begun, [0, 1, 2])
  end[0]?.()
  await tasks[0]
  end[2]?.()
  end[3]?.()
  assert.deepEqual(await Promise.all(tasks), [0, 1, 2, 3])
})
