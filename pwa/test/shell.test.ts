import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { BrowserRoom } from './rig/browser-room.ts'
import { Front } from './rig/front.ts'
import type { Visitor } from './rig/visitor.ts'

/** A page that has no network says so in its console, whoever asked. */
const NO_NETWORK = /ERR_INTERNET_DISCONNECTED/

const password = (visitor: Visitor) => visitor.page.getByRole('textbox', { name: 'Password' })

suite('the shell', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
  })
  after(() => home[Symbol.asyncDispose]())

  test('asks for a password under its own policy, and its service worker is active and in control', async () => {
    await using visitor = await home.visitor('Ann')
    await visitor.open()
    await password(visitor).waitFor()
    await visitor.controlled()
    await visitor.page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
  })

  test('is given out by its service worker without a word in the console', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.open()
    await visitor.controlled()
    const said: string[] = []
    page.on('console', message => said.push(message.text()))
    await page.reload()
    await password(visitor).waitFor()
    // A preload that nothing has used is told of some seconds later.
    assert.equal(await page.locator('link[rel=preload]').count(), 0)
    assert.deepEqual(said, [])
  })

  test('comes compressed, and with the policy that it keeps', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.open()
    const answers = new Map<string, Record<string, string>>()
    page.on('response', response => answers.set(new URL(response.url()).pathname, response.headers()))
    await page.reload()
    await password(visitor).waitFor()
    const document = answers.get('/') ?? assert.fail('no document')
    assert.equal(document['content-encoding'], 'br')
    assert.match(document['content-security-policy'] ?? '', /script-src 'self'; .*require-trusted-types-for/)
    const [, script = ''] = /src="(\/assets\/[^"]+)"/.exec(await page.content()) ?? []
    assert.match(answers.get(script)?.['cache-control'] ?? '', /immutable/)
  })

  test('is taken for an app that can be installed', async () => {
    await using visitor = await home.visitor('Ann')
    await visitor.open()
    const session = await visitor.context.newCDPSession(visitor.page)
    const { errors } = await session.send('Page.getAppManifest')
    assert.deepEqual(errors, [])
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    // All other visitors' windows are private, in which nothing can be installed.
    assert.deepEqual(
      installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
      [],
    )
  })

  test('opens without a network once it was there, and comes in when that is back', async () => {
    await using visitor = await home.visitor('Ann')
    visitor.expected.push(NO_NETWORK)
    await visitor.open()
    await visitor.controlled()
    await visitor.context.setOffline(true)
    await visitor.page.reload()
    await visitor.page.locator('enter-screen').waitFor()
    assert.equal(await password(visitor).count(), 0)
    await visitor.context.setOffline(false)
    await password(visitor).waitFor()
  })

  test('survives that the browser evicted what it had stored', async () => {
    await using visitor = await home.visitor('Ann')
    visitor.expected.push(NO_NETWORK)
    await visitor.open()
    await visitor.controlled()
    await visitor.page.evaluate(async () => {
      for (const name of await caches.keys()) await caches.delete(name)
    })
    await visitor.page.reload()
    await password(visitor).waitFor()
    // What was asked of the network is at hand again.
    await visitor.context.setOffline(true)
    await visitor.page.reload()
    await visitor.page.locator('enter-screen').waitFor()
  })

  test('leaves to the server what is no page of the app', async () => {
    await using visitor = await home.visitor('Ann')
    await visitor.open()
    await visitor.controlled()
    visitor.expected.push(/status of 404/)
    const answer = await visitor.page.goto(`${home.url}/nothing`)
    assert.equal(answer?.status(), 404)
    assert.equal(await visitor.page.locator('chat-app').count(), 0)
  })

  test('a new version waits until a person lets it, and then every tab has it', async () => {
    await using front = await Front.before(home.room)
    await using visitor = await home.visitor('Ann', { url: front.url })
    const page = await visitor.open()
    await visitor.controlled()
    const other = await visitor.context.newPage()
    await other.goto(front.url)
    // The newer tab is the one that is in the room, or on its way in.
    const asked = other.getByRole('textbox', { name: 'Password' })
    await asked.waitFor()

    front.answers.set(
      '/sw.js',
      `${await readFile(join(import.meta.dirname, '../dist/sw.js'), 'utf8')}\n// newer`,
    )
    const told = page.evaluate(
      () =>
        new Promise<void>(resolve => {
          document
            .querySelector('chat-app')
            ?.addEventListener('update-ready', () => resolve(), { once: true })
        }),
    )
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
    await told
    const waiting = () => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state)
    assert.equal(await waiting(), 'installed')

    const restarted = Promise.all([page, other].map(each => each.waitForEvent('load')))
    await page.evaluate(() => document.querySelector('chat-app')?.applyUpdate?.())
    await restarted
    assert.equal(await waiting(), undefined)
    await asked.waitFor()
  })
})
