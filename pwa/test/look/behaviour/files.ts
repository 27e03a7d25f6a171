import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { emit, field, frames, log, look, scene, submitted, untilSubmitted } from './play.ts'

test('M9: a chosen file goes to whom messages go to, whatever its name is; `:File` alone lets one choose', () =>
  scene('direct', async page => {
    const name = 'two "words".txt'
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      field(page)
        .fill(':file')
        .then(() => page.keyboard.press('Enter')),
    ])
    await chooser.setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('x') })
    await frames(page)
    assert.deepEqual(await submitted(page), [':Dm Ben', ':File "two \\"words\\".txt"'])
  }))

test('M9: a folder is chosen by keyboard, and files after it as before', () =>
  scene('talk', async page => {
    const above = await mkdtemp(join(tmpdir(), 'chat-room-folder-'))
    try {
      await mkdir(join(above, 'trip', 'day 1'), { recursive: true })
      await writeFile(join(above, 'trip', 'day 1', 'a.txt'), 'x')
      // Listened to all along: a dialog that a key opens may be there before the rig asks for one.
      page.on('filechooser', () => {})
      const choose = async (name: string) => {
        await page.getByRole('button', { name, exact: true }).focus()
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')])
        return chooser
      }
      await (await choose('Attach a folder')).setFiles(join(above, 'trip'))
      await frames(page)
      await (await choose('Attach files')).setFiles(join(above, 'trip', 'day 1', 'a.txt'))
      await frames(page)
      assert.deepEqual(await submitted(page), [':File "trip/day 1/a.txt"', ':File "a.txt"'])
    } finally {
      await rm(above, { recursive: true })
    }
  }))

test('files are fetched by themselves up to what is chosen in the settings', () =>
  scene('talk', async page => {
    const offer = (number: number, size: number) =>
      page.evaluate(
        ({ number, size }) => {
          const { client } = globalThis as unknown as {
            client: { transfers: unknown[]; emit(event: unknown): void }
          }
          const what = { transfer: `t${number}`, name: 'a.jpg', size }
          const view = { ...what, number, direction: 'in', with: 'Ben', done: 0, state: 'offered' }
          client.transfers = [...client.transfers, view]
          client.emit({ type: 'file-offered', ...what, from: 'Ben', to: 'all' })
        },
        { number, size },
      )
    const mib = 2 ** 20
    await offer(91, 32 * mib)
    await offer(92, 32 * mib + 1)
    await frames(page)
    assert.deepEqual(await submitted(page), [':Accept 91'])
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('combobox', { name: /^Receive files/ }).selectOption({ index: 3 })
    await frames(page)
    assert.deepEqual(await submitted(page), [':Accept 91', ':Accept 92'])
  }))

test('the screen stays on while a file moves and the page is seen', () =>
  scene('talk', async page => {
    await page.evaluate(() => {
      const locks: string[] = []
      const request = async () => {
        locks.push('held')
        return { release: async () => void locks.push('let go') }
      }
      Object.defineProperty(navigator, 'wakeLock', { value: { request } })
      Object.assign(globalThis, { locks })
    })
    const become = async (state: string) => {
      await page.evaluate(state => {
        const { client } = globalThis as unknown as {
          client: { transfers: unknown[]; emit(event: unknown): void }
        }
        const what = { transfer: 't91', name: 'a.jpg', size: 9 }
        client.transfers = [{ ...what, number: 91, direction: 'in', with: 'Ben', done: 1, state }]
        client.emit({ type: 'file-progress', ...what, received: 1 })
      }, state)
      await frames(page)
    }
    await become('running')
    await look(page, 'hidden')
    await look(page, 'visible')
    await become('done')
    assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { locks: string[] }).locks), [
      'held',
      'let go',
      'held',
      'let go',
    ])
  }))

test('an offered picture is shown in small, if it is one', () =>
  scene('empty', async page => {
    await field(page).waitFor()
    await page.evaluate(async () => {
      const { client } = globalThis as unknown as {
        client: { transfers: unknown[]; emit(event: unknown): void }
      }
      const canvas = new OffscreenCanvas(40, 30)
      canvas.getContext('2d')?.fillRect(0, 0, 40, 30)
      const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
      const picture = new Uint8Array(await blob.arrayBuffer())
      const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
      for (const [number, preview] of [picture, svg].entries()) {
        const what = { transfer: `t${number}`, name: 'a.jpg', size: 2 ** 30 }
        const view = { ...what, number, direction: 'in', with: 'Ben', done: 0, state: 'offered' }
        client.transfers = [...client.transfers, view]
        client.emit({ type: 'file-offered', ...what, from: 'Ben', to: 'all', preview })
      }
    })
    await log(page).locator('preview-picture img').first().waitFor()
    await frames(page)
    const widths = await log(page)
      .locator('preview-picture img')
      .evaluateAll(pictures => pictures.map(each => (each as HTMLImageElement).naturalWidth))
    assert.deepEqual(widths, [40])
  }))

test('what is dropped or pasted while a dialog is open goes to nobody, and is not shown in place of the page', () =>
  scene('talk', async page => {
    const isTaken = (type: 'drop' | 'paste') =>
      page.evaluate(type => {
        const data = new DataTransfer()
        data.items.add(new File(['x'], `${type}.txt`))
        const more = { bubbles: true, cancelable: true, composed: true }
        const event =
          type === 'drop'
            ? new DragEvent(type, { ...more, dataTransfer: data })
            : new ClipboardEvent(type, { ...more, clipboardData: data })
        document.body.dispatchEvent(event)
        return event.defaultPrevented
      }, type)
    await field(page).waitFor()
    await page.getByRole('button', { name: 'Invite' }).click()
    const dialog = page.getByRole('dialog', { name: 'Invite someone' })
    await dialog.waitFor()
    assert.deepEqual([await isTaken('drop'), await isTaken('paste')], [true, false])
    await page.keyboard.press('Escape')
    // A dialog that closes is seen no more before it is taken away.
    await page.locator('invite-dialog').waitFor({ state: 'detached' })
    assert.deepEqual(await submitted(page), [])
    assert.deepEqual([await isTaken('drop'), await isTaken('paste')], [true, true])
    // What is dropped is looked through first: the one may overtake the other.
    await untilSubmitted(page, 2)
    assert.deepEqual([...(await submitted(page))].sort(), [':File "drop.txt"', ':File "paste.txt"'])
  }))

test('of a file of which nobody knows what became nothing is said', () =>
  scene('empty', async page => {
    await field(page).waitFor()
    const file = { transfer: 'old', name: 'old.pdf', size: 9 }
    await emit(page, { type: 'file-offered', ...file, from: 'Ben', to: 'all' })
    await log(page).getByText('old.pdf').waitFor()
    assert.equal(await log(page).getByText('Not transferred').count(), 0)
    await emit(page, { type: 'file-ended', transfer: 'old', reason: 'declined' })
    await log(page).getByText('Not transferred').waitFor()
  }))
