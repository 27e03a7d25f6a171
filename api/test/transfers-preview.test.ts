import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bytes } from '@chat-room/client'
import { LIMITS } from '@chat-room/protocol'
import { noise } from './transfers-rig/bytes.ts'
import { send, TransferWorld } from './transfers-rig/world.ts'

test('P84 a small picture of a file comes with its offer, as its sender made it', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const picture = noise(LIMITS.previewBytes)
  ann.disk.preview = async () => picture
  await send(ann, 'photo.jpg', 1_000)
  assert.deepEqual((await bob.untilEvent('file-offered')).preview, picture)
  await bob.untilEvent('file-received')
  assert.equal(JSON.stringify(bob.transfers.save()).includes('preview'), false, 'it is not kept')
})

for (const [what, preview] of [
  ['none', async () => undefined],
  ['an empty one', async () => new Uint8Array(0)],
  ['one that is too large', async () => noise(LIMITS.previewBytes + 1)],
  ['one that cannot be made', () => Promise.reject(new Error('no picture at all'))],
] as const satisfies [string, () => Promise<Bytes | undefined>][]) {
  test(`P84 ${what}: the file is offered without a preview`, async () => {
    await using world = await TransferWorld.open()
    const [ann, bob] = [await world.join('ann'), await world.join('bob')]
    ann.disk.preview = preview
    await send(ann, 'photo.jpg', 1_000)
    assert.equal('preview' in (await bob.untilEvent('file-offered')), false)
    await bob.untilEvent('file-received')
  })
}

test('whoever waits until all is done waits for a picture that is slow to make; what is cancelled meanwhile is never offered', async () => {
  await using world = await TransferWorld.open()
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  const pictures = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const asked = pictures.map(() => Promise.withResolvers<void>())
  let made = 0
  ann.disk.preview = () => {
    asked[made]?.resolve()
    return pictures[made++]?.promise ?? Promise.resolve(undefined)
  }
  await send(ann, 'first.jpg', 1_000)
  await asked[0]?.promise
  await ann.untilEvent('file-sent')
  let settled = false
  const settling = ann.transfers.settled().then(() => {
    settled = true
  })
  await send(ann, 'second.jpg', 1_000)
  await asked[1]?.promise
  assert.equal(ann.transfers.control('cancel', 2), undefined)
  assert.equal(settled, false)
  pictures[1]?.resolve(undefined)
  pictures[0]?.resolve(undefined)
  await settling
  await bob.untilEvent('file-received')
  assert.deepEqual(
    bob.of('file-offered').map(({ name }) => name),
    ['first.jpg'],
  )
})
