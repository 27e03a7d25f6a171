import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { CDPSession } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'
import { enter, log, own, say } from '../rig/in-the-room.ts'
import { Visitor } from '../rig/visitor.ts'
import { Profile } from './rig/profile.ts'

/** A page that is put aside and taken out again has no load that the driver knows of: it is asked by the protocol alone. */
class Aside {
  readonly #session: CDPSession

  constructor(session: CDPSession) {
    this.#session = session
  }

  async evaluate(expression: string): Promise<unknown> {
    const asked = { expression, awaitPromise: true, returnByValue: true }
    const { result, exceptionDetails } = await this.#session.send('Runtime.evaluate', asked)
    assert.equal(exceptionDetails, undefined, expression)
    return result.value
  }

  /** Until that is so: asked once a frame. A page that is being exchanged for another one answers nothing. */
  async until(expression: string): Promise<void> {
    while ((await this.evaluate(`new Promise(requestAnimationFrame).then(() => ${expression})`)) !== true);
  }

  async say(line: string): Promise<void> {
    await this.evaluate(`${COMPOSER}.focus()`)
    await this.#session.send('Input.insertText', { text: line })
    for (const type of ['keyDown', 'keyUp'] as const)
      await this.#session.send('Input.dispatchKeyEvent', { type, key: 'Enter', code: 'Enter', text: '\r' })
  }
}

const ROOM = `document.querySelector('chat-app').shadowRoot.querySelector('room-screen').shadowRoot`
const COMPOSER = `${ROOM}.querySelector('chat-composer')`
const TEXTS = `[...${ROOM}.querySelector('message-log').shadowRoot.querySelectorAll('.text')].map(each => each.textContent)`

suite('a page that somebody left, and that the browser put aside', () => {
  for (const stays of [true, false]) {
    test(`is in the room when they come back to it, who ${stays ? 'stays' : 'does not stay'}`, async () => {
      await using home = await BrowserRoom.start()
      const bob = await home.visitor('Bob')
      await enter(bob, { founds: true })
      await using profile = await Profile.open(home.room, ['--disable-back-forward-cache'])
      await using ann = await Visitor.create('Ann', profile.context, home.url)
      // What has no network while it is aside says so; and who looks at a page that is none asks for its icon.
      ann.expected.push(/Back-Forward Cache/, /favicon\.ico/)
      const { page } = ann
      await page.addInitScript(() => {
        addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { isBack: persisted }))
      })
      await enter(ann, { stays })
      await say(ann, 'before')
      await log(bob).getByText('before').waitFor()
      const aside = new Aside(await profile.context.newCDPSession(page))
      await page.goto(`${home.url}/healthz`)
      await say(bob, 'meanwhile')
      await own(bob, 'meanwhile').getByText('Sent', { exact: true }).waitFor()
      // No word of the driver's: it would wait for a load.
      await aside.evaluate('history.back()')
      await aside.until(`globalThis.isBack === true`)
      await aside.until(`${TEXTS}.includes('meanwhile')`)
      assert.deepEqual(await aside.evaluate(TEXTS), ['before', 'meanwhile'])
      await aside.say('here I am')
      await log(bob).getByText('here I am').waitFor()
      assert.equal(
        await log(bob)
          .getByText(/Ann left/)
          .count(),
        0,
      )
    })
  }
})
