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

test('what was begun is there for the page that comes after this one', () => {
  const unsaved = new Map<string, unknown>()
  const before = new Drafts()
  before.exchange('Ben', 'for Ben', 'all')
  before.note(unsaved, 'all', 'for everyone')
  const after = Drafts.from(new Map(JSON.parse(JSON.stringify([...unsaved]))))
  assert.equal(after.exchange('', '', 'all'), 'for everyone')
  assert.equal(after.exchange('all', '', 'Ben'), 'for Ben')
})

test('what was sent, and nothing begun, leaves nothing', () => {
  const unsaved = new Map<string, unknown>()
  const drafts = new Drafts()
  drafts.note(unsaved, 'all', 'half a sent')
  drafts.note(unsaved, 'all', '')
  assert.equal(unsaved.size, 0)
})
