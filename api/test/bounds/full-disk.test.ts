import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Person } from '../scenarios/rig/person.ts'
import { Room } from '../scenarios/rig/room.ts'
import { writeSomeFile } from '../scenarios/rig/some-file.ts'

const MIB = 1_024 * 1_024

/** A disk of so many bytes where the data lie, in a name space of its own: nobody need be root for it. */
const smallDisk = (bytes: number) => [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  `mkdir -p "$DATA_DIR" && mount -t tmpfs -o size=${bytes} none "$DATA_DIR" && exec "$@"`,
  'sh',
]

const isPossible = () => {
  const [command = '', ...args] = [...smallDisk(MIB), 'true']
  return spawnSync(command, args, { env: { ...process.env, DATA_DIR: '/tmp' } }).status === 0
}

/** Says it, and resolves to whether the server took it: on a full disk there is no place for words either. */
function wasSent(person: Person, text: string): Promise<boolean> {
  return new Promise(resolve => {
    let id: unknown
    person.onEvent(event => {
      if (event.type === 'said' && event['text'] === text) id = event['id']
      if (id === undefined || event['id'] !== id) return
      if (event.type === 'sent' || event.type === 'undelivered') resolve(event.type === 'sent')
    })
    person.type(text)
  })
}

test('M9: a full disk is an error that the sender sees; when the file is taken back all goes on', async t => {
  if (!isPossible()) return t.skip('no small disk can be made here')
  await using room = await Room.start({ light: true, through: smallDisk(24 * MIB) })
  const [sender, receiver] = await room.members('sender', 'receiver')
  await writeSomeFile(join(sender.directory, 'too-large.bin'), 32 * MIB, 1)
  await writeSomeFile(join(sender.directory, 'small.bin'), MIB, 2)
  sender.type(':File too-large.bin')
  const { message } = await sender.event({ type: 'error', code: 'disk-full' })
  assert.match(String(message), /^too-large\.bin: /)
  sender.type(':Cancel 1')
  await sender.event({ type: 'file-ended' })
  await receiver.event({ type: 'file-ended' })
  // Its bytes are given back a moment after it has ended.
  while (!(await wasSent(sender, 'that was too much'))) assert.ok(room.server.isRunning)
  sender.type(':File small.bin')
  await receiver.hears('that was too much')
  await receiver.event({ type: 'file-received', name: 'small.bin' })
  assert.ok(room.server.isRunning)
})
