import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setInterval } from 'node:timers/promises'
import type { CDPSession } from 'playwright-core'
import { Room } from '../../../api/test/scenarios/rig/room.ts'
import { sha256Of } from '../../../api/test/scenarios/rig/some-file.ts'
import { enter } from '../rig/in-the-room.ts'
import { Visitor } from '../rig/visitor.ts'
import { Profile } from './rig/profile.ts'

const MIB = 1024 * 1024
const SIZE = 1024 * MIB + 13
/** It lies on the disk once as it comes, and once more while it is saved. */
const SPACE = 2.1 * SIZE
/** What a page may hold meanwhile. */
const MOST_HELD = 64 * MIB

suite('a file of 1 GiB', () => {
  test('M9, M14: is received with the page’s memory bounded, and saved as it was sent', async context => {
    await using room = await Room.start()
    await using profile = await Profile.open(room)
    const ann = await room.member('Ann')
    const bob = await Visitor.create('Bob', profile.context, room.url)
    await enter(bob)
    const { page } = bob
    const quota = await page.evaluate(async () => (await navigator.storage.estimate()).quota ?? 0)
    if (quota < SPACE) return context.skip(`this browser gives a page no more than ${quota} bytes`)

    const path = join(ann.directory, 'film.mp4')
    await writeMarked(path)
    ann.type(':File film.mp4')
    await page.getByRole('button', { name: 'Accept: film.mp4' }).first().click()
    const session = await profile.context.newCDPSession(page)
    const save = page.getByRole('button', { name: 'Save: film.mp4' }).first()
    let most = 0
    for await (const _ of setInterval(500)) {
      most = Math.max(most, await heldBy(session))
      if (await save.isVisible()) break
    }
    context.diagnostic(`the page held ${Math.round(most / MIB)} MiB at most`)
    assert.ok(most < MOST_HELD, `${Math.round(most / MIB)} MiB were held`)

    const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
    assert.equal(await sha256Of(await download.path()), await sha256Of(path))
  })
})

/** Zeros but for a mark in each piece: cheap to make, and no piece is another's double. */
async function writeMarked(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.truncate(SIZE)
    for (let at = 0; at < SIZE; at += MIB) await file.write(Buffer.from(`piece ${at}`), 0, undefined, at)
  } finally {
    await file.close()
  }
}

/** Bytes of a page's objects and of the buffers they hold. */
async function heldBy(session: CDPSession): Promise<number> {
  // The protocol has told of buffers since Chromium 126; its types do not yet.
  const usage = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number
    backingStorageSize: number
  }
  return usage.usedSize + usage.backingStorageSize
}
