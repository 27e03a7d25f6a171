import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import { Room } from '../scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../scenarios/rig/some-file.ts'
import { within } from '../scenarios/rig/within.ts'
import { Line } from './line.ts'
import { Participant } from './participant.ts'

/** A client takes a minute of silence for the loss of its network. */
const LOSS = 180_000

test('M9: a network that vanishes without a word, at both ends at once, only delays a file', async () => {
  await using room = await Room.start({ light: true })
  await using senderLine = await Line.to(room.port)
  await using receiverLine = await Line.to(room.port)
  const sender = new Participant('sender', room, senderLine)
  const receiver = new Participant('receiver', room, receiverLine)
  await sender.come()
  await receiver.come()
  const source = join(sender.directory, 'file.bin')
  await writeSomeFile(source, 8 * LIMITS.segmentBytes, 1)
  const half = receiverLine.haltAt('down', receiverLine.carried('down') + 4 * LIMITS.segmentBytes)
  sender.person.type(':File file.bin')
  await within(half, 'half of it', () => receiver.describe())
  for (const line of [senderLine, receiverLine]) line.strand()
  receiverLine.proceed()
  const { path } = await receiver.heard.take('the file', ({ type }) => type === 'file-received', LOSS)
  assert.equal(await sha256Of(join(receiver.directory, String(path))), await sha256Of(source))
  assert.deepEqual(await receiver.keeps(), [path])
})
