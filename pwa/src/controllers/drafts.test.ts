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

function memory(): Storage {
  const items = new Map<string, string>()
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    get length() {
      return items.size
    },
  } as Storage
}

test('what was begun goes over to the page that comes after this one, and is not left behind', () => {
  const storage = memory()
  const before = new Drafts()
  before.exchange('Ben', 'for Ben', 'all')
  before.leave(storage, 'all', 'for everyone')
  const after = Drafts.takeOver(storage)
  assert.equal(storage.length, 0)
  assert.equal(after.exchange('', '', 'all'), 'for everyone')
  assert.equal(after.exchange('all', '', 'Ben'), 'for Ben')
})

test('nothing begun leaves nothing', () => {
  const storage = memory()
  new Drafts().leave(storage, 'all', '')
  assert.equal(storage.length, 0)
})
