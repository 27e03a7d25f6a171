import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KnownMembers } from './known-members.ts'

const ROOM = 7

const memberOf = (member: string, secret: string | undefined) => ({ member, secret })

test('a member is known in its room, by its id and by the secret that it has now', () => {
  const known = new KnownMembers<ReturnType<typeof memberOf>>()
  known.learn(ROOM, memberOf('anna', 'old'))
  const anna = memberOf('anna', 'new')
  known.learn(ROOM, anna)
  assert.equal(known.byId(ROOM, 'anna'), anna)
  assert.equal(known.bySecret(ROOM, 'new'), anna)
  assert.equal(known.bySecret(ROOM, 'old'), undefined)
  assert.equal(known.bySecret(ROOM + 1, 'new'), undefined)
  known.learn(ROOM, memberOf('anna', undefined))
  assert.equal(known.bySecret(ROOM, 'new'), undefined)
  known.learn(ROOM, anna)
  known.forget(ROOM, 'anna')
  assert.equal(known.byId(ROOM, 'anna'), undefined)
  assert.equal(known.bySecret(ROOM, 'new'), undefined)
})

test('however many come, a bounded number is known, the newest among them', () => {
  const known = new KnownMembers<ReturnType<typeof memberOf>>()
  const names = Array.from({ length: 5_000 }, (_, index) => `member ${index}`)
  for (const name of names) {
    known.learn(ROOM, memberOf(name, `secret of ${name}`))
    assert.equal(known.bySecret(ROOM, `secret of ${name}`)?.member, name)
  }
  assert.ok(names.filter(name => known.byId(ROOM, name)).length <= 1_024)
  for (let round = 0; round < 5_000; round++) known.learn(ROOM, memberOf('anna', `secret ${round}`))
  assert.equal(known.byId(ROOM, names.at(-1) ?? ''), undefined)
})
