import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { suite, test } from 'node:test'
import { setInterval } from 'node:timers/promises'
import type { CDPSession } from 'playwright-core'
import { PASSWORD } from '../../../api/test/scenarios/rig/room.ts'
import { BrowserRoom } from '../rig/browser-room.ts'

const MIB = 1024 * 1024
/** What a page may hold while it receives: a share of any file that is worth receiving to the disk. */
const MOST_HELD = 64 * MIB
/** Many times what may be held; `FILE_MIB` makes it as large as one has time for. */
const SIZE = Number(process.env['FILE_MIB'] ?? 200) * MIB + 13
/** Of a machine that has much else to do, in milliseconds a MiB. */
const PATIENCE = 500

suite('a file that is larger than a page may be', () => {
  test('M9, M14: it is received with the page’s memory bounded, and saved as it was sent', async context => {
    await using home = await BrowserRoom.start()
    const ann = await home.room.member('Ann')
    const path = join(ann.directory, 'film.mp4')
    const file = await open(path, 'w')
    // Zeros but for a mark in each piece: cheap to make, and no piece is another's double.
    await file.truncate(SIZE)
    for (let at = 0; at < SIZE; at += MIB) await file.write(Buffer.from(`piece ${at}`), 0, undefined, at)
    await file.close()

    await using bob = await home.visitor('Bob')
    const page = await bob.open()
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Enter', exact: true }).click()
    await page.getByRole('textbox', { name: 'Alias' }).fill('Bob')
    await page.getByRole('button', { name: 'Join' }).click()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
    ann.type(':File film.mp4')
    await page
      .getByRole('button', { name: /^accept/i })
      .first()
      .click()

    const session = await bob.context.newCDPSession(page)
    const save = page.getByRole('button', { name: /^save/i }).first()
    let isOver = false
    const arrived = save.waitFor({ timeout: PATIENCE * Math.ceil(SIZE / MIB) }).finally(() => {
      isOver = true
    })
    let most = 0
    for await (const _ of setInterval(250)) {
      if (isOver) break
      most = Math.max(most, await heldBy(session))
    }
    await arrived
    context.diagnostic(`the page held ${Math.round(most / MIB)} MiB at most`)
    assert.ok(most < MOST_HELD, `${Math.round(most / MIB)} MiB were held`)

    const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
    assert.equal(download.suggestedFilename(), 'film.mp4')
    assert.equal(await digest(await download.path()), await digest(path))
  })
})

/** Bytes of a page's objects and of the buffers they hold. */
async function heldBy(session: CDPSession): Promise<number> {
  // The protocol has told of buffers since Chromium 126; its types do not yet.
  const usage = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number
    backingStorageSize: number
  }
  return usage.usedSize + usage.backingStorageSize
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
