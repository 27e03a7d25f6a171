import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { FakeFile, openRig, SEGMENT, settled, upload } from '../../test/relay-rig.ts'

const MIB = 1024 * 1024
const FRAME = SEGMENT + 21

/** A receiver that wants a whole file and whose network takes nothing: what its socket holds is all that may still arrive. */
async function slowReceiver() {
  const rig = await openRig()
  const file = new FakeFile(10 * MIB)
  await upload(rig, file)
  const receiver = rig.join()
  receiver.peer.stuck = true
  receiver.say(file.want())
  await settled()
  return { rig, file, ...receiver }
}

for (const [what, stop] of [
  ['a pause', (file: FakeFile) => file.want(0, 0)],
  ['a decline', ({ transfer }: FakeFile) => ({ type: 'decline', transfer }) as const],
] as const) {
  test(`P67 after ${what} no more than 1 MiB and one segment still come, however slow the line is`, async () => {
    const { file, peer, say } = await slowReceiver()
    const ahead = peer.untaken * FRAME
    assert.ok(ahead > 0 && ahead <= MIB + FRAME, `${ahead} bytes are handed over ahead`)
    say(stop(file))
    peer.stuck = false
    peer.take()
    await settled()
    assert.equal(peer.frames.length * FRAME, ahead)
  })
}

test('P67 after a withdrawal, too', async () => {
  const { rig, file, peer } = await slowReceiver()
  const ahead = peer.untaken
  rig.join().say({ type: 'withdraw', transfer: file.transfer, secret: file.secret })
  peer.stuck = false
  peer.take()
  await settled()
  assert.equal(peer.frames.length, ahead)
  assert.equal(peer.of('ended')[0]?.reason, 'withdrawn')
})

test('P67 a run that begins beyond the trailer is refused; an empty one may', async () => {
  const rig = await openRig()
  const file = new FakeFile(3 * SEGMENT)
  await upload(rig, file)
  const receiver = rig.join()
  receiver.say(file.want(file.units, LIMITS.windowSegments))
  assert.equal(receiver.peer.of('refused')[0]?.code, 'transfer-mismatch')
  receiver.say(file.want(file.units, 0))
  receiver.say(file.want(file.units - 1, 1))
  await settled()
  assert.equal(receiver.peer.of('refused').length, 1)
  assert.deepEqual(receiver.peer.indices, [file.units - 1])
})
