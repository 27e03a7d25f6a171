import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrowserRoom } from '../rig/browser-room.ts'
import { enter, log, say } from '../rig/in-the-room.ts'
import type { Visitor } from '../rig/visitor.ts'

type Badges = { readonly badges: (number | undefined)[] }

/** Whether somebody looks at the page. */
const show = ({ page }: Visitor, state: DocumentVisibilityState) =>
  page.evaluate(state => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)

const badges = ({ page }: Visitor) =>
  page.evaluate(() => (globalThis as unknown as Badges).badges.map(each => each ?? 'none'))

test('the icon of the app has the number of what nobody has seen yet, until it is seen', async () => {
  await using home = await BrowserRoom.start()
  const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
  await ann.context.addInitScript(() => {
    const badges: (number | undefined)[] = []
    Object.assign(globalThis, { badges })
    // Not installed, as here, none is shown.
    navigator.setAppBadge = async count => void badges.push(count)
    navigator.clearAppBadge = async () => void badges.push(undefined)
  })
  await enter(ann, { founds: true })
  await enter(bob)
  await say(bob, 'seen at once')
  await log(ann).getByText('seen at once').waitFor()
  assert.deepEqual(await badges(ann), [])
  await show(ann, 'hidden')
  for (const [at, line] of ['one', 'two', 'three'].entries()) {
    await say(bob, line)
    await ann.page.waitForFunction(count => (globalThis as unknown as Badges).badges.at(-1) === count, at + 1)
  }
  await show(ann, 'visible')
  await ann.page.waitForFunction(() => (globalThis as unknown as Badges).badges.at(-1) === undefined)
  assert.deepEqual(await badges(ann), [1, 2, 3, 'none'])
})
