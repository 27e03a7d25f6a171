import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field, frames, hear, look, scene, stageUrl, submitted } from './play.ts'

test('the room is left by a button that asks first', () =>
  scene('talk', async page => {
    await page.getByRole('button', { name: 'Leave' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave the room?' })
    await dialog.getByRole('button', { name: 'Stay' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Leave' }).click()
    await dialog.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'You left the room' }).waitFor()
    assert.deepEqual(await submitted(page), [':Exit'])
  }))

test('at 320 pixels nothing is wider than the screen', () =>
  scene(
    'offline',
    async page => {
      await field(page).waitFor()
      const wide = await page.evaluate(() => {
        const found: string[] = []
        const look = (root: ParentNode) => {
          for (const element of root.querySelectorAll('*')) {
            const { right, width } = element.getBoundingClientRect()
            if (width > 0 && right > innerWidth + 1 && element.closest('pre, .heard') === null) {
              found.push(`${element.tagName} ${element.className}`)
            }
            if (element.shadowRoot !== null) look(element.shadowRoot)
          }
        }
        look(document)
        return found
      })
      assert.deepEqual(wide, [])
    },
    320,
  ))

test('in Arabic the page is written from right to left', () =>
  scene('talk', async page => {
    await page.goto(stageUrl('talk', 'ar'))
    await page.getByRole('textbox', { name: 'الرسالة' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
    assert.equal(await page.locator('html').getAttribute('lang'), 'ar')
  }))

test('the system tells of what comes while nobody looks, once a person switched that on', () =>
  scene('talk', async page => {
    await page.evaluate(() => {
      const told: unknown[] = []
      const registration = {
        showNotification: async (title: string, { body }: NotificationOptions) => told.push([title, body]),
        getNotifications: async () => [{ close: () => told.push('closed') }],
      }
      Object.defineProperty(navigator.serviceWorker, 'getRegistration', { value: async () => registration })
      Object.defineProperty(Notification, 'permission', { get: () => 'granted' })
      Notification.requestPermission = async () => 'granted'
      Object.assign(globalThis, { told })
    })
    const live = page.locator('room-news [aria-live]')

    await look(page, 'hidden')
    await hear(page, 'new 1', 'before it was wanted')
    await live.getByText('before it was wanted').waitFor()
    await look(page, 'visible')
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('checkbox', { name: /^Notify me/ }).check()
    await page.keyboard.press('Escape')
    await hear(page, 'new 2', 'while somebody looks')
    await live.getByText('while somebody looks').waitFor()
    await look(page, 'hidden')
    await hear(page, 'new 3', 'while nobody looks', 'Ada')
    await live.getByText('while nobody looks').waitFor()
    assert.equal(await page.title(), `(1) ${new URL(page.url()).host}`)
    await look(page, 'visible')
    const { host } = new URL(page.url())
    assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { told: unknown[] }).told), [
      'closed',
      [host, 'Ben, to you alone: while nobody looks'],
      'closed',
    ])
  }))

test('whoever leaves may have the device forget, which it does once nothing writes any more', () =>
  scene('talk', async page => {
    await page.goto(`${stageUrl('talk')}&stays`)
    await page.getByRole('button', { name: 'Leave' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave the room?' })
    await dialog.getByRole('checkbox', { name: /^Forget this device/ }).check()
    await dialog.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'You left the room' }).waitFor()
    assert.deepEqual(await submitted(page), [':Exit'])
    assert.equal(await page.locator('html').getAttribute('data-forgotten'), '')
  }))

test('an app that can be installed is offered to whoever comes back, and not again after a no', () =>
  scene('talk', async page => {
    const offer = () =>
      page.evaluate(() => {
        const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
          prompt: async () => document.documentElement.setAttribute('data-asked', ''),
        })
        dispatchEvent(event)
        return event.defaultPrevented
      })
    const install = page.getByRole('button', { name: 'Install' })
    await field(page).waitFor()
    assert.equal(await offer(), true)
    await frames(page)
    assert.equal(await install.count(), 0)
    // Not on the first visit, except for who looks for it.
    await page.getByRole('button', { name: 'Settings' }).click()
    await install.waitFor()
    await page.keyboard.press('Escape')
    await page.evaluate(() => {
      const { app } = globalThis as unknown as { app: { lastAlias: string } }
      app.lastAlias = 'Ada'
    })
    await install.waitFor()
    await page.getByRole('button', { name: 'Not now' }).click()
    await install.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Settings' }).click()
    await install.click()
    assert.equal(await page.locator('html').getAttribute('data-asked'), '')
  }))

test('whoever does not want to wait for the next attempt has it made at once', () =>
  scene('offline', async page => {
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' })
  }))

test('a sound is heard of what comes while nobody looks, only if a person wants it', () =>
  scene('talk', async page => {
    await page.evaluate(() => {
      const played: string[] = []
      class Silence {
        readonly currentTime = 0
        readonly destination = {}
        async resume() {}
      }
      class Node {
        readonly gain = { setTargetAtTime: () => {} }
        connect = (to: unknown) => to
        start = () => void played.push(document.hasFocus() ? 'sample' : 'call')
        stop = () => {}
      }
      Object.assign(globalThis, { played, AudioContext: Silence, OscillatorNode: Node, GainNode: Node })
    })
    const played = () => page.evaluate(() => (globalThis as unknown as { played: string[] }).played)
    const focus = (has: boolean) =>
      page.evaluate(
        has => Object.defineProperty(document, 'hasFocus', { value: () => has, configurable: true }),
        has,
      )
    const live = page.locator('room-news [aria-live]')
    await focus(false)
    await hear(page, 'new 1', 'nobody wants to hear it')
    await live.getByText('nobody wants to hear it').waitFor()
    assert.deepEqual(await played(), [])
    await focus(true)
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('checkbox', { name: /sound/ }).check()
    await page.keyboard.press('Escape')
    await hear(page, 'new 2', 'seen')
    await live.getByText('Ben: seen').waitFor()
    assert.deepEqual(await played(), ['sample', 'sample'])
    await focus(false)
    await hear(page, 'new 3', 'not seen')
    await live.getByText('Ben: not seen').waitFor()
    assert.deepEqual(await played(), ['sample', 'sample', 'call', 'call'])
  }))

test('whether this device stays can be changed later, and is not said to if it cannot', () =>
  scene('talk', async page => {
    const stay = page.getByRole('checkbox', { name: 'Stay in this room on this device' })
    await page.getByRole('button', { name: 'Settings' }).click()
    assert.equal(await stay.isChecked(), false)
    await stay.click()
    assert.equal(await stay.isChecked(), true)
    await page.goto(`${stageUrl('talk')}&forgetful`)
    await page.getByRole('button', { name: 'Settings' }).click()
    await stay.click()
    await frames(page)
    assert.equal(await stay.isChecked(), false)
  }))

test('trouble with what this device keeps is said aloud', () =>
  scene('talk', async page => {
    await field(page).waitFor()
    await page.evaluate(() => {
      const { app } = globalThis as unknown as { app: Element }
      app.dispatchEvent(new CustomEvent('memory-trouble', { detail: { what: 'full' } }))
    })
    await page.getByRole('alert').getByText('The storage of this device is full').waitFor()
  }))

test('a shortcut of the app leads to its dialog, once', () =>
  scene('talk', async page => {
    await page.goto(`${stageUrl('talk')}&open=invite`)
    await page.getByRole('dialog', { name: 'Invite someone' }).waitFor()
    assert.equal(new URL(page.url()).search, '')
  }))
