import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Files } from '@chat-room/client'
import { forgetPeak, hasProc, residentBytes } from '../../bench/processes/proc.ts'
import { createFiles } from '../../src/terminal/files.ts'
import { Line } from '../faults/line.ts'
import { LightClient } from '../scenarios/rig/light-client.ts'
import { PASSWORD, Room } from '../scenarios/rig/room.ts'
import { writeSomeFile } from '../scenarios/rig/some-file.ts'
import { within } from '../scenarios/rig/within.ts'

const MIB = 1_024 * 1_024
const SIZE = 1_024 * MIB
const RECEIVERS = 20
const LONG = 15 * 60_000

/** What a process took more than before, at its peak. */
function watch(pid: number | undefined): () => number {
  assert.ok(pid !== undefined)
  const before = residentBytes(pid).now
  forgetPeak(pid)
  return () => residentBytes(pid).peak - before
}

const nothing = async () => ({ problem: 'nothing to be had here' })

/** Verifies all and keeps nothing: twenty copies would fill more than one disk. */
const bottomless: Files = {
  find: nothing,
  openSource: nothing,
  reopenSink: nothing,
  createSink: async ({ name }) => ({
    place: name,
    write: async () => undefined,
    read: () => Promise.reject(new Error('it was not kept')),
    finish: async () => ({ name, path: name, sha256: '' }),
    keep: async () => undefined,
    discard: async () => undefined,
  }),
}

suite('memory is bounded by windows, not by files', { skip: !hasProc }, () => {
  test('of the server: 1 GiB to 20 receivers, one of them at 1 MB/s', async t => {
    await using room = await Room.start({ light: true })
    await using line = await Line.to(room.port)
    const ca = await readFile(join(room.certsDirectory, 'ca.crt'), 'utf8')
    const directory = join(room.directory, 'sender')
    await mkdir(directory)
    await writeSomeFile(join(directory, 'large.bin'), SIZE, 1)
    const files = createFiles(directory, { remembers: false })
    await using clients = new AsyncDisposableStack()
    clients.defer(() => files.close())
    const enter = async (name: string, url: string, files: Files) => {
      const client = clients.use(new LightClient(name, { url, ca }, 'main', { files }))
      await client.enter(PASSWORD)
      return client
    }
    const sender = await enter('sender', room.url, files)
    const slow = await enter('slow', line.url, bottomless)
    const others: LightClient[] = []
    while (others.length < RECEIVERS - 1) {
      others.push(await enter(`receiver-${others.length}`, room.url, bottomless))
    }
    line.throttle(1_000_000)
    const grown = watch(room.server.pid)
    sender.core.submit(':File large.bin')
    const received = others.map(({ heard }) =>
      heard.take('the file', ({ type }) => type === 'file-received', LONG),
    )
    await within(Promise.all(received), 'the file, everywhere', () => room.serverOutput, LONG)
    const most = grown()
    t.diagnostic(`the server grew by ${(most / MIB).toFixed(1)} MiB`)
    assert.ok(slow.heard.items.every(({ type }) => type !== 'file-received'))
    assert.ok(most < 64 * MIB, `${most} bytes`)
  })

  test('of the clients: 1 GiB from one to another', async t => {
    await using room = await Room.start({ light: true })
    const [sender, receiver] = await room.members('sender', 'receiver')
    await writeSomeFile(join(sender.directory, 'large.bin'), SIZE, 2)
    const watched = [sender, receiver].map(({ name, pid }) => ({ name, grown: watch(pid) }))
    sender.type(':File large.bin')
    await receiver.event({ type: 'file-received' }, LONG)
    for (const { name, grown } of watched) {
      const most = grown()
      t.diagnostic(`the ${name} grew by ${(most / MIB).toFixed(1)} MiB`)
      assert.ok(most < 32 * MIB, `${most} bytes`)
    }
  })
})
