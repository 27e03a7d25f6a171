import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field, frames, log, look, scene, submitted } from './play.ts'

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
