import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Room } from '../../../api/test/scenarios/rig/room.ts'
import { enter } from '../rig/in-the-room.ts'
import { Visitor } from '../rig/visitor.ts'
import { Profile } from './rig/profile.ts'

suite('whoever looks elsewhere', () => {
  test('is told of messages by the system once they wanted it, and of nothing before', async () => {
    await using room = await Room.start()
    await using profile = await Profile.open(room)
    const ann = await room.member('Ann')
    const bob = await Visitor.create('Bob', profile.context, room.url)
    const { page } = bob
    await page.addInitScript(countQuestions)
    await enter(bob)
    await ann.event({ type: 'member-joined', alias: 'Bob' })

    await look(page, 'hidden')
    ann.type('before it was wanted')
    await page.waitForFunction(() => document.title.startsWith('(1)'))
    assert.deepEqual(await told(page, 0), [])
    assert.equal(await page.evaluate('questions'), 0)

    await look(page, 'visible')
    await page.waitForFunction(() => !document.title.startsWith('('))
    await profile.context.grantPermissions(['notifications'], { origin: room.url })
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('checkbox', { name: /^Notify me/ }).check()
    await page.getByRole('button', { name: 'Close' }).click()
    assert.equal(await page.evaluate('questions'), 1)

    await look(page, 'hidden')
    ann.type('the kettle is on')
    const [one = ''] = await told(page, 1)
    assert.match(one, /Ann.*the kettle is on/)

    // Whoever looks has read it.
    await look(page, 'visible')
    await told(page, 0)
    bob.assertContent()
  })
})

/** How often the page asked whether it may notify. */
function countQuestions(): void {
  Object.assign(globalThis, { questions: 0 })
  const ask = Notification.requestPermission.bind(Notification)
  Notification.requestPermission = () => {
    ;(globalThis as unknown as { questions: number }).questions++
    return ask()
  }
}

/** A headless browser looks at all of its pages, always. */
async function look(page: Page, state: DocumentVisibilityState): Promise<void> {
  await page.evaluate(state => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
}

/** What the system shows, once it is so many. */
async function told(page: Page, count: number): Promise<readonly string[]> {
  return await page.evaluate(async wanted => {
    const registration = await navigator.serviceWorker.ready
    for (;;) {
      const all = await registration.getNotifications()
      if (all.length === wanted) return all.map(({ body }) => body)
      // Nothing tells a page when one comes or goes.
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }, count)
}
