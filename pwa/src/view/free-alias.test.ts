import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeAlias } from './free-alias.ts'

test('M5: in the place of a taken alias comes a numbered one that was not tried', () => {
  assert.equal(freeAlias(['Ada']), 'Ada2')
  assert.equal(freeAlias(['ADA2', 'Ada']), 'Ada3')
})

test('what is no alias has none like it', () => {
  assert.equal(freeAlias([]), undefined)
  assert.equal(freeAlias(['two words']), undefined)
})
