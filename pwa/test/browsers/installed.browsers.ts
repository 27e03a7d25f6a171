import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { PASSWORD, Room } from '../../../api/test/scenarios/rig/room.ts'
import { Profile } from './rig/profile.ts'

suite('the app, installed', () => {
  let room: Room
  let profile: Profile
  let page: Page
  let session: CDPSession
  /** By which the browser knows the app: the `id` of its manifest. */
  let manifestId: string

  before(async () => {
    room = await Room.start()
    profile = await Profile.open(room)
    page = await profile.context.newPage()
    session = await profile.context.newCDPSession(page)
    manifestId = `${room.url}/`
    await page.goto(room.url)
    await page.getByRole('textbox', { name: 'Password' }).waitFor()
  })
  after(async () => {
    await profile[Symbol.asyncDispose]()
    await room[Symbol.asyncDispose]()
  })

  test('can be: the browser finds nothing that is in the way, and nothing wrong in its manifest', async () => {
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    assert.deepEqual(installabilityErrors, [])
    const { errors, manifest } = await session.send('Page.getAppManifest')
    assert.deepEqual(errors, [])
    const { id, shareTarget, screenshots, shortcuts } = manifest
    assert.deepEqual([id, shareTarget?.action], [manifestId, `${room.url}/share`])
    assert.deepEqual([screenshots?.length, shortcuts?.length], [3, 2])
  })

  test('has pictures of the sizes that its manifest tells', async () => {
    const { data = '' } = await session.send('Page.getAppManifest')
    const { icons, screenshots } = JSON.parse(data) as Record<string, { src: string; sizes: string }[]>
    for (const { src, sizes } of [...(icons ?? []), ...(screenshots ?? [])]) {
      if (sizes === 'any') continue
      const size = await page.evaluate(async path => {
        const picture = await createImageBitmap(await (await fetch(path)).blob())
        return `${picture.width}x${picture.height}`
      }, src)
      assert.equal(size, sizes, src)
    }
  })

  test('is run by a service worker that is active and in control', async () => {
    const state = await page.evaluate(async () => {
      await navigator.serviceWorker.ready
      if (navigator.serviceWorker.controller === null)
        await new Promise(resolve => {
          navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true })
        })
      const { controller } = navigator.serviceWorker
      if (controller?.state === 'activating')
        await new Promise(resolve => controller.addEventListener('statechange', resolve, { once: true }))
      return controller?.state
    })
    assert.equal(state, 'activated')
  })

  test('opens a file that is opened with it: once one is in the room, it asks for whom', async () => {
    await session.send('PWA.install', { manifestId, installUrlOrBundleUrl: room.url })
    const path = join(profile.directory, 'notes.txt')
    await writeFile(path, 'from the desk')
    const opened = profile.context.waitForEvent('page')
    await session.send('PWA.launchFilesInApp', { manifestId, files: [path] })
    const app = await opened
    await app.waitForURL(manifestId)
    await app.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await app.getByRole('button', { name: 'Set password' }).click()
    await app.getByRole('textbox', { name: 'Alias' }).fill('Ann')
    await app.getByRole('button', { name: 'Join' }).click()
    await app.getByRole('dialog', { name: 'Send what was shared' }).getByText('notes.txt').waitFor()
  })
})
