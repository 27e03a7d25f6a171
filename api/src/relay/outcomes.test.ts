import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { FakeFile, openRig, SEGMENT, settled, upload } from '../../test/relay-rig.ts'

test('P69: received and declined are told to the sender, at its return if it was away', async () => {
  const rig = await openRig()
  const file = new FakeFile(SEGMENT)
  const sender = await upload(rig, file)
  const [one, two] = [rig.join(), rig.join()]
  one.say(file.want())
  one.say({ type: 'received', transfer: file.transfer })
  one.say({ type: 'received', transfer: file.transfer })
  assert.deepEqual(sender.peer.of('received'), [
    { type: 'received', transfer: file.transfer, member: one.member },
  ])
  sender.leave()
  two.say({ type: 'decline', transfer: file.transfer })
  const again = rig.join({ member: sender.member })
  again.say(file.provide())
  assert.deepEqual(again.peer.of('received'), sender.peer.of('received'))
  assert.deepEqual(again.peer.of('declined'), [
    { type: 'declined', transfer: file.transfer, member: two.member },
  ])
  two.say(file.want())
  await settled()
  assert.deepEqual(two.peer.indices, [0, 1], 'a group transfer stays, also for who changes its mind')
})

test('P69: a decline may become received, and nothing changes after that', async () => {
  const rig = await openRig()
  const file = new FakeFile(1)
  const sender = await upload(rig, file)
  const receiver = rig.join()
  const before = sender.peer.messages.length
  for (let time = 0; time < 10; time++)
    for (const type of ['decline', 'received'] as const) receiver.say({ type, transfer: file.transfer })
  assert.deepEqual(
    sender.peer.messages.slice(before).map(({ type }) => type),
    ['declined', 'received'],
  )
})

test('P69: outcomes are kept, and told, of as many members as a room has', async () => {
  const rig = await openRig()
  const file = new FakeFile(1)
  const sender = await upload(rig, file)
  for (let count = 0; count < LIMITS.membersPerRoom + 10; count++) {
    const receiver = rig.join()
    receiver.say({ type: 'received', transfer: file.transfer })
    receiver.leave()
  }
  assert.equal(sender.peer.of('received').length, LIMITS.membersPerRoom)
  sender.say(file.provide())
  assert.equal(sender.peer.of('received').length, LIMITS.membersPerRoom, 'P63: asked again, it knows them')
  const again = rig.join({ member: sender.member })
  again.say(file.provide())
  assert.equal(again.peer.of('received').length, LIMITS.membersPerRoom)
})
