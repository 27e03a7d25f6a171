import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { IdHints } from './id-hints.ts'

test('every id that was added is found at its place, through growth', () => {
  const hints = new IdHints()
  const ids = Array.from({ length: 20_000 }, () => randomBytes(16))
  for (const [index, id] of ids.entries()) hints.add(index % 3, id, index + 1)
  for (const [index, id] of ids.entries()) assert.ok(hints.find(index % 3, id, place => place === index + 1))
})

test('an unknown id is seldom looked up: hints cost next to no reads', () => {
  const hints = new IdHints()
  for (let place = 1; place <= 20_000; place++) hints.add(1, randomBytes(16), place)
  let looks = 0
  for (let n = 0; n < 20_000; n++)
    hints.find(1, randomBytes(16), () => {
      looks++
      return false
    })
  assert.ok(looks < 200, `${looks} looks`)
})

test('ids that differ in few bits do not collide', () => {
  const hints = new IdHints()
  let looks = 0
  for (let n = 0; n < 20_000; n++) {
    const id = new Uint8Array(16)
    new DataView(id.buffer).setUint32((n % 4) * 4, n)
    hints.find(1, id, () => {
      looks++
      return false
    })
    hints.add(1, id, n + 1)
  }
  assert.ok(looks < 2_000, `${looks} looks`)
})

test('what is removed is not found, what shares its way is, and its room is used again', () => {
  const hints = new IdHints()
  const newest: Uint8Array[] = []
  let sizeOfWay = 0
  for (let place = 1; place <= 50_000; place++) {
    const id = randomBytes(16)
    hints.add(1, id, place)
    newest.push(id)
    const gone = newest.length > 100 ? newest.shift() : undefined
    if (gone === undefined) continue
    hints.remove(1, gone, place - 100)
    assert.ok(!hints.find(1, gone, found => found === place - 100))
    hints.find(1, gone, () => {
      sizeOfWay++
      return false
    })
  }
  for (const [at, id] of newest.entries()) assert.ok(hints.find(1, id, place => place === 49_901 + at))
  assert.ok(sizeOfWay < 60_000, `${sizeOfWay} looks`)
})
