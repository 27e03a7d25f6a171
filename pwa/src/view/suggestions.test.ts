import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestionsFor } from './suggestions.ts'

const choices = { aliases: ['Ann', 'Ben'], transfers: [1, 12] }
const at = (line: string) => suggestionsFor(line, line.length, choices)

test('a colon opens all commands, with what each is', () => {
  const { list, isComplete } = at(':')
  assert.equal(list.length, 11)
  assert.equal(isComplete, false)
  assert.deepEqual(
    list.map(({ command }) => command).filter(command => command === undefined),
    [],
  )
})

test('M13: a command that is all there is sent by Enter, in any letter case', () => {
  assert.deepEqual(at(':help'), { list: [], isComplete: true })
  assert.deepEqual(at(':dm ben'), { list: [], isComplete: true })
})

test('a number that others begin with is complete, and they are still offered', () => {
  const { list, isComplete } = at(':accept 1')
  assert.equal(isComplete, true)
  assert.equal(list.length, 2)
})

test('what is taken replaces what was typed, and leaves what stands behind the cursor', () => {
  const { list } = suggestionsFor(':d!', 2, choices)
  const dm = list.find(({ command }) => command === 'dm')
  assert.deepEqual([dm?.line, dm?.cursor], [':Dm !', 4])
})

test('M7: a message, and one that begins with two colons, has none', () => {
  for (const line of ['hello', '::D', '']) assert.deepEqual(at(line), { list: [], isComplete: true })
})
