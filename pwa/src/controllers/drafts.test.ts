import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Drafts } from './drafts.ts'

test('what was begun for everyone comes along to a person for whom nothing was begun', () => {
  const drafts = new Drafts()
  assert.equal(drafts.exchange('all', 'for you', 'Ben'), 'for you')
  assert.equal(drafts.exchange('Ben', '', 'all'), '')
})

test('M11: what was begun for a person stays theirs, and is there when they are chosen again', () => {
  const drafts = new Drafts()
  assert.equal(drafts.exchange('Ben', 'between us', 'all'), '')
  assert.equal(drafts.exchange('all', '', 'Cleo'), '')
  assert.equal(drafts.exchange('Cleo', 'for Cleo', 'Ben'), 'between us')
  assert.equal(drafts.exchange('Ben', '', 'Cleo'), 'for Cleo')
})

test('nothing that was begun is lost', () => {
  const drafts = new Drafts()
  drafts.exchange('Ben', 'between us', 'all')
  assert.equal(drafts.exchange('all', 'for all', 'Ben'), 'between us')
  assert.equal(drafts.exchange('Ben', 'between us', 'all'), 'for all')
})
