import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Person } from '../../../api/test/scenarios/rig/person.ts'
import { PASSWORD } from '../../../api/test/scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../../../api/test/scenarios/rig/some-file.ts'
import { BrowserRoom } from '../rig/browser-room.ts'
import type { Visitor } from '../rig/visitor.ts'

const MIB = 2 ** 20
/** More than is fetched without asking. */
const SIZE = 33 * MIB + 5
/** As many as a file has, or a few more. */
const SEGMENTS = Math.ceil(SIZE / (256 * 1024))
/** They may be on their way when a page ends. */
const IN_FLIGHT = 16
/** Of those that lie in a buffer while the rest is held back. */
const SOME = 40

const textbox = ({ page }: Visitor, name: string) => page.getByRole('textbox', { name, exact: true })
const log = ({ page }: Visitor) => page.getByRole('log', { name: 'Messages' })
const transfers = ({ page }: Visitor) => page.getByRole('list', { name: 'Transfers' })
const button = (visitor: Visitor, name: string) =>
  transfers(visitor).getByRole('button', { name, exact: true })
const card = (visitor: Visitor, name: string) =>
  transfers(visitor).getByRole('listitem').filter({ hasText: name })

async function enter(visitor: Visitor, stays: boolean): Promise<void> {
  await visitor.open()
  await goIn(visitor, stays)
}

/** With a password where this page does not know the room by itself. */
async function goIn(visitor: Visitor, stays: boolean): Promise<void> {
  const { page } = visitor
  await textbox(visitor, 'Password').or(textbox(visitor, 'Message')).first().waitFor()
  if (await textbox(visitor, 'Message').isVisible()) return
  await textbox(visitor, 'Password').fill(PASSWORD)
  if (stays) await page.getByRole('checkbox', { name: /stay/i }).check()
  await page.getByRole('button', { name: 'Enter', exact: true }).click()
  await textbox(visitor, 'Alias').fill(visitor.name)
  await page.getByRole('button', { name: 'Join' }).click()
  await textbox(visitor, 'Message').waitFor()
}

/**
 * Lets some segments through from the page or from the server, and holds back those behind them. Whoever lets go does so for
 * sockets that are opened from then on, as the next page's are, and is told how many came through those.
 */
async function holdBack({ page }: Visitor, from: 'page' | 'server'): Promise<Held> {
  const reached = Promise.withResolvers<void>()
  let stage = { most: SOME, passed: 0 }
  await page.routeWebSocket(/\/segments$/, near => {
    const mine = stage
    const far = near.connectToServer()
    const [source, target] = from === 'server' ? [far, near] : [near, far]
    source.onMessage(message => {
      if (typeof message === 'string') return target.send(message)
      if (mine.passed === mine.most) return reached.resolve()
      mine.passed += 1
      target.send(message)
    })
  })
  return {
    reached: reached.promise,
    letGo() {
      stage = { most: Number.POSITIVE_INFINITY, passed: 0 }
    },
    passed: () => stage.passed,
  }
}

type Held = { readonly reached: Promise<void>; letGo(): void; passed(): number }

async function save(visitor: Visitor, name: string): Promise<string> {
  const saving = button(visitor, `Save: ${name}`)
  await saving.waitFor()
  const [download] = await Promise.all([visitor.page.waitForEvent('download'), saving.click()])
  return await download.path()
}

/** What `:Files` tells a terminal. */
async function listed(person: Person): Promise<readonly { number: number; transfer: string }[]> {
  person.type(':Files')
  return (await person.event({ type: 'files' }))['files'] as { number: number; transfer: string }[]
}

suite('files in the room', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
    await home.room.member('Host')
  })
  after(() => home[Symbol.asyncDispose]())

  test('receiving survives a reload of the page for who stays: only what is missing is fetched', async () => {
    const ann = await home.room.member('Ann')
    const path = join(ann.directory, 'film.mp4')
    await writeSomeFile(path, SIZE, 1)
    await using bob = await home.visitor('Bob')
    const held = await holdBack(bob, 'server')
    await enter(bob, true)
    ann.type(':File film.mp4')
    await button(bob, 'Accept: film.mp4').click()
    await held.reached
    held.letGo()
    await bob.page.reload()
    await goIn(bob, true)
    assert.equal(await sha256Of(await save(bob, 'film.mp4')), await sha256Of(path))
    // The last of them may have come in while the page was ending.
    const most = SEGMENTS + 1 - SOME + IN_FLIGHT
    assert.ok(held.passed() <= most, `${held.passed()} segments were fetched, of which ${most} were missing`)
  })

  test('what was paused stays paused over a reload; of who leaves, nothing that was not finished stays', async () => {
    const ann = await home.room.member('Anna')
    await writeSomeFile(join(ann.directory, 'slow.mp4'), SIZE, 2)
    await using bob = await home.visitor('Bert')
    const held = await holdBack(bob, 'server')
    await enter(bob, true)
    ann.type(':File slow.mp4')
    await button(bob, 'Accept: slow.mp4').click()
    await held.reached
    await button(bob, 'Pause: slow.mp4').click()
    await button(bob, 'Continue: slow.mp4').waitFor()
    held.letGo()
    await bob.page.reload()
    await goIn(bob, true)
    await button(bob, 'Continue: slow.mp4').waitFor()
    assert.equal(held.passed(), 0)
    const kept = () =>
      bob.page.evaluate(async () => {
        const root = await navigator.storage.getDirectory()
        const names: string[] = []
        for (const folder of ['incoming', 'received', 'passing']) {
          const directory = await root.getDirectoryHandle(folder).catch(() => undefined)
          // One without an ending is no file of a room: the page tries out whether it can write, and removes it.
          for await (const name of directory?.keys() ?? []) if (name.includes('.')) names.push(name)
        }
        return names
      })
    const [incoming, ...others] = await kept()
    assert.ok(incoming)
    assert.deepEqual(others, [])
    await textbox(bob, 'Message').fill(':Exit')
    await textbox(bob, 'Message').press('Enter')
    await textbox(bob, 'Message').waitFor({ state: 'detached' })
    assert.deepEqual(await kept(), [])
    ann.type(':Exit')
    await ann.ended()
  })

  test('an own file goes on after a reload once it is given again, and another one is not sent in its place', async () => {
    const cleo = await home.room.member('Cleo')
    await using dan = await home.visitor('Dan')
    const path = join(home.room.directory, 'raw.mp4')
    const other = join(home.room.directory, 'other.mp4')
    await writeSomeFile(path, SIZE, 3)
    await writeSomeFile(other, 7, 4)
    const held = await holdBack(dan, 'page')
    // No room for a copy, by which it would go on by itself.
    await dan.page.addInitScript(() => {
      navigator.storage.estimate = async () => ({ quota: 1, usage: 0 })
    })
    await enter(dan, true)
    await dan.page.locator('input[type=file]').setInputFiles(path)
    await held.reached
    held.letGo()
    await dan.page.reload()
    await goIn(dan, true)
    for (const [picked, isIt] of [
      [other, false],
      [path, true],
    ] as const) {
      const choosing = dan.page.waitForEvent('filechooser')
      await button(dan, 'Resume sending: raw.mp4').click()
      await (await choosing).setFiles(picked)
      if (!isIt) await dan.page.getByRole('alert').getByText('That is another file').waitFor()
    }
    const { transfer } = await cleo.event({ type: 'file-offered', name: 'raw.mp4' })
    const number = (await listed(cleo)).find(each => each.transfer === transfer)?.number
    cleo.type(`:Accept ${number}`)
    const { sha256 } = await cleo.event({ type: 'file-received', name: 'raw.mp4' }, 60_000)
    assert.equal(sha256, await sha256Of(path))
    const most = SEGMENTS + 1 - SOME + IN_FLIGHT
    assert.ok(held.passed() <= most, `${held.passed()} segments were sent, of which ${most} were missing`)
  })

  test('what has no room here goes where its receiver wants it, and is told to begin anew with the page', async () => {
    const eve = await home.room.member('Eve')
    await writeSomeFile(join(eve.directory, 'large.iso'), SIZE, 5)
    await using finn = await home.visitor('Finn')
    await finn.page.addInitScript(() => {
      navigator.storage.estimate = async () => ({ quota: 1, usage: 0 })
      const showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })
      Object.assign(globalThis, { showSaveFilePicker })
    })
    await enter(finn, false)
    eve.type(':File large.iso')
    await card(finn, 'large.iso').getByText('choose where it goes').waitFor()
    await button(finn, 'Accept: large.iso').click()
    await card(finn, 'large.iso').getByText('Saved on your device').waitFor()
    const size = await finn.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory()
      return (await (await root.getFileHandle('large.iso')).getFile()).size
    })
    assert.equal(size, SIZE)
  })

  test('several at once, one of them without a byte, and a picture that is pasted: each arrives as it is', async () => {
    await using gus = await home.visitor('Gus')
    await using hal = await home.visitor('Hal')
    await enter(gus, false)
    await enter(hal, true)
    await gus.page.locator('input[type=file]').setInputFiles([
      { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('a note') },
    ])
    await gus.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(64, 48)
      canvas.getContext('2d')?.fillRect(8, 8, 16, 16)
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File([await canvas.convertToBlob()], 'image.png', { type: 'image/png' }))
      dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    for (const [name, size] of [
      ['empty.txt', 0],
      ['note.txt', 6],
    ] as const) {
      assert.equal((await stat(await save(hal, name))).size, size)
    }
    await button(hal, 'Look at it: image.png').click()
    const picture = hal.page.getByRole('dialog').getByRole('img', { name: 'image.png' })
    await picture.waitFor()
    assert.equal(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth), 64)
    // Who stays has them on the disk, small as they are.
    await hal.page.reload()
    await goIn(hal, true)
    const saving = log(hal).getByRole('button', { name: 'Save: note.txt' })
    const [download] = await Promise.all([hal.page.waitForEvent('download'), saving.click()])
    assert.equal((await stat(await download.path())).size, 6)
  })
})
