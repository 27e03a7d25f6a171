import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { BrowserRoom } from '../rig/browser-room.ts'
import { enter, log, own, textbox } from '../rig/in-the-room.ts'
import { killAndReopen, NO_NETWORK } from '../rig/mishaps.ts'
import { untilCopied } from '../rig/on-disk.ts'
import type { Visitor } from '../rig/visitor.ts'

type Shared = {
  readonly text?: string
  readonly url?: string
  readonly file?: { readonly name: string; readonly content: string }
}

const dialog = ({ page }: Visitor) => page.getByRole('dialog', { name: 'Send what was shared' })

suite('what another app shares with this one', () => {
  let home: BrowserRoom
  let ann: Visitor
  before(async () => {
    home = await BrowserRoom.start()
    ann = await home.visitor('Ann')
    await enter(ann, { founds: true })
  })
  after(() => home[Symbol.asyncDispose]())

  test('waits until one is in the room, asks for whom it is, and goes there alone', async () => {
    await using bob = await home.visitor('Bob')
    await bob.open()
    await bob.controlled()
    await share(bob, { file: { name: 'photo.txt', content: 'of the harbour' }, text: 'look at this' })
    await enter(bob, { isOpen: true })
    assert.equal(new URL(bob.page.url()).search, '')
    await dialog(bob).getByText('photo.txt').waitFor()
    await dialog(bob).getByText('Another app or a website handed this over.').waitFor()
    assert.equal(await dialog(bob).getByRole('textbox').inputValue(), 'look at this')
    await dialog(bob).getByRole('combobox', { name: 'Send to' }).selectOption({ label: 'Ann' })
    await dialog(bob).getByRole('button', { name: 'Send', exact: true }).click()
    await dialog(bob).waitFor({ state: 'detached' })
    await log(ann).getByText('look at this').waitFor()
    await log(ann).getByRole('button', { name: 'Save: photo.txt' }).waitFor()
    assert.equal((await log(ann).getByText('to you alone').count()) > 0, true)
  })

  test('touches no disk, and reaches no network', async () => {
    await using cleo = await home.visitor('Cleo')
    await cleo.open()
    await cleo.controlled()
    const asked: string[] = []
    cleo.context.on('request', request => {
      if (request.serviceWorker() !== null) asked.push(request.url())
    })
    await share(cleo, { file: { name: 'photo.txt', content: 'of the harbour' } })
    await textbox(cleo, 'Password').waitFor()
    assert.deepEqual(
      asked.filter(url => url.includes('/share')),
      [],
    )
    const kept = await cleo.page.evaluate(async () => {
      const names = await Promise.all(
        (await caches.keys()).map(async name =>
          (await (await caches.open(name)).keys()).map(({ url }) => url),
        ),
      )
      return {
        names: names.flat().filter(url => url.includes('shar')),
        databases: await indexedDB.databases(),
      }
    })
    assert.deepEqual(kept.names, [])
    assert.deepEqual(
      kept.databases.filter(({ name }) => !name?.startsWith('workbox')),
      [],
    )
  })

  test('offline it is asked for, too, waits in the outbox, and goes when there is a network again', async () => {
    await using eve = await home.visitor('Eve')
    await enter(eve, { stays: true })
    await eve.controlled()
    eve.expected.push(NO_NETWORK)
    await eve.context.setOffline(true)
    await share(eve, { file: { name: 'gull.txt', content: 'of the pier' }, text: 'seen on the way' })
    await dialog(eve).getByText('gull.txt').waitFor()
    await dialog(eve).getByRole('button', { name: 'Send', exact: true }).click()
    await own(eve, 'seen on the way').getByText('Waiting to be sent').waitFor()
    const card = () => log(eve).locator('transfer-card').getByText('gull.txt')
    await card().waitFor()
    await untilCopied(eve.page, 1)
    await killAndReopen(eve)
    await card().waitFor()
    await eve.context.setOffline(false)
    await log(ann).getByText('seen on the way').waitFor()
    await log(ann).getByRole('button', { name: 'Save: gull.txt' }).waitFor()
    assert.equal(await log(ann).getByText('gull.txt').count(), 1)
  })

  test('is dropped by whoever closes the question; a link is a message', async () => {
    await using dora = await home.visitor('Dora')
    await dora.open()
    await dora.controlled()
    await share(dora, { text: 'a page', url: 'https://tides.example.org/' })
    await enter(dora, { isOpen: true })
    const message = dialog(dora).getByRole('textbox')
    assert.equal(await message.inputValue(), 'a page\nhttps://tides.example.org/')
    await dialog(dora).getByRole('button', { name: 'Close' }).click()
    await dialog(dora).waitFor({ state: 'detached' })
    assert.equal(await log(dora).getByText('a page').count(), 0)
  })
})

/** As a system does it for an installed app: a form that comes from nowhere. */
async function share({ page }: Visitor, shared: Shared): Promise<void> {
  const action = new URL('/share', page.url()).href
  await page.goto('about:blank')
  await Promise.all([
    page.waitForURL(/shared=|\/$/),
    page.evaluate(
      ([to, { text = '', url = '', file }]) => {
        const form = document.createElement('form')
        Object.assign(form, { method: 'POST', enctype: 'multipart/form-data', action: to })
        for (const [name, value] of Object.entries({ title: '', text, url })) {
          const field = document.createElement('textarea')
          Object.assign(field, { name, value })
          form.append(field)
        }
        if (file !== undefined) {
          const items = new DataTransfer()
          items.items.add(new File([file.content], file.name, { type: 'text/plain' }))
          const field = document.createElement('input')
          Object.assign(field, { type: 'file', name: 'files', files: items.files })
          form.append(field)
        }
        document.body.append(form)
        form.submit()
      },
      [action, shared] as const,
    ),
  ])
}
