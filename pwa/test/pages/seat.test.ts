import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { BrowserRoom } from '../rig/browser-room.ts'

declare global {
  /** In a page of these tests alone. */
  var seat: { state: 'waiting' | 'sitting' | 'gone'; inherited: unknown }
}

/** Wants the place, and packs all that it has inherited with its own name; does not wait for it. */
const want = (page: Page, own: string) =>
  page.evaluate(own => {
    const seat: typeof globalThis.seat = { state: 'waiting', inherited: undefined }
    globalThis.seat = seat
    const taken = edge.takeSeat({
      name: 'room',
      async pack() {
        seat.state = 'gone'
        return [...((seat.inherited as string[] | undefined) ?? []), own]
      },
    })
    void taken.then(inherited => {
      seat.inherited = inherited
      seat.state = 'sitting'
    })
  }, own)

const until = (page: Page, state: 'sitting' | 'gone') =>
  page.waitForFunction(state => globalThis.seat.state === state, state)
const inherited = (page: Page) => page.evaluate(() => globalThis.seat.inherited)

suite('the place of a device in a room', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
  })
  after(() => home[Symbol.asyncDispose]())

  test('the newest tab has it, with what the one before it packed', async () => {
    await using visitor = await home.visitor('Ann')
    const tabs = [await visitor.openEdge(), await visitor.openEdge(), await visitor.openEdge()] as const
    const [first, second, third] = tabs
    await want(first, 'first')
    await until(first, 'sitting')
    assert.equal(await inherited(first), undefined)
    await want(second, 'second')
    await Promise.all([until(second, 'sitting'), until(first, 'gone')])
    assert.deepEqual(await inherited(second), ['first'])
    await want(third, 'third')
    await Promise.all([until(third, 'sitting'), until(second, 'gone')])
    assert.deepEqual(await inherited(third), ['first', 'second'])
    // As by `Use here`.
    await want(first, 'first again')
    await Promise.all([until(first, 'sitting'), until(third, 'gone')])
    assert.deepEqual(await inherited(first), ['first', 'second', 'third'])
  })

  test('a tab that is closed leaves it free and nothing to inherit', async () => {
    await using visitor = await home.visitor('Ann')
    const [first, second] = [await visitor.openEdge(), await visitor.openEdge()]
    await want(first, 'first')
    await until(first, 'sitting')
    await first.close()
    await want(second, 'second')
    await until(second, 'sitting')
    assert.equal(await inherited(second), undefined)
  })

  test('of several that open at the same moment exactly one has it, and nothing that was packed is lost', async () => {
    await using visitor = await home.visitor('Ann')
    const holder = await visitor.openEdge()
    await want(holder, 'holder')
    await until(holder, 'sitting')
    const rivals = await Promise.all(['a', 'b', 'c', 'd'].map(() => visitor.openEdge()))
    await Promise.all(rivals.map((rival, at) => want(rival, `rival ${at}`)))
    await until(holder, 'gone')
    // Each has had its turn in the end: who is not sitting has handed over.
    await Promise.all(rivals.map(rival => rival.waitForFunction(() => globalThis.seat.state !== 'waiting')))
    const states = await Promise.all(rivals.map(rival => rival.evaluate(() => globalThis.seat.state)))
    assert.deepEqual(states.toSorted(), ['gone', 'gone', 'gone', 'sitting'])
    const last = rivals[states.indexOf('sitting')] as Page
    const chain = (await inherited(last)) as string[]
    assert.equal(chain[0], 'holder')
    assert.equal(new Set(chain).size, 4)
  })

  test('a tab that is frozen is robbed, and knows it when it thaws', async () => {
    await using visitor = await home.visitor('Ann')
    const [frozen, other] = [await visitor.openEdge(), await visitor.openEdge()]
    await want(frozen, 'frozen')
    await until(frozen, 'sitting')
    const session = await visitor.context.newCDPSession(frozen)
    // A page that is before the eyes cannot be frozen otherwise.
    await session.send('Debugger.enable')
    await session.send('Debugger.pause')
    await want(other, 'other')
    await until(other, 'sitting')
    assert.equal(await inherited(other), undefined)
    await session.send('Debugger.resume')
    await until(frozen, 'gone')
    assert.equal(await other.evaluate(() => globalThis.seat.state), 'sitting')
    const third = await visitor.openEdge()
    await want(third, 'third')
    await until(third, 'sitting')
    assert.deepEqual(await inherited(third), ['other'])
  })
})
