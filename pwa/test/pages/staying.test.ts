import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { suite, test } from 'node:test'
import { BrowserRoom } from '../rig/browser-room.ts'
import { button, enter, log, own, people, say, stayBox, texts } from '../rig/in-the-room.ts'
import { NO_NETWORK } from '../rig/mishaps.ts'
import { NOTHING, onDisk, untilGone, untilKept } from '../rig/on-disk.ts'

suite('staying on this device', () => {
  test('nothing touches the disk without staying, and the alias is free again with the page', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    await enter(bob, { founds: true })
    await enter(ann)
    await say(ann, 'nothing of this is kept')
    await log(bob).getByText('nothing of this is kept').waitFor()
    await bob.page.locator('input[type=file]').setInputFiles({
      name: 'note.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('small enough to be fetched by itself'),
    })
    await log(ann).getByRole('button', { name: 'Save: note.txt' }).waitFor()
    assert.deepEqual(await onDisk(ann.page), NOTHING)
    await ann.page.close({ runBeforeUnload: true })
    await log(bob)
      .getByText(/Ann left/)
      .waitFor()
    const other = await home.visitor('Ann')
    await enter(other)
    assert.deepEqual(await onDisk(other.page), NOTHING)
  })

  test('what was said is there again without a server, and it is said that there is none', async () => {
    const port = await freePort()
    await using home = await BrowserRoom.start({ env: { PORT: String(port) } })
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    for (const visitor of [ann, bob]) visitor.expected.push(NO_NETWORK)
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await say(ann, 'from Ann')
    await say(bob, 'from Bob')
    await log(ann).getByText('from Bob').waitFor()
    await ann.controlled()
    await home.room.stopServer('SIGKILL')
    await ann.page.reload()
    await own(ann, 'from Ann').waitFor()
    await log(ann).getByText('from Bob').waitFor()
    await ann.page
      .getByRole('status', { name: 'Connection' })
      .getByText(/offline/i)
      .waitFor()
    await say(ann, 'written on a train')
    await own(ann, 'written on a train').getByText('Waiting to be sent').waitFor()
    await home.room.startServer()
    await log(bob).getByText('written on a train').waitFor()
    // No second place in the room, and no second copy of anything.
    assert.equal(await people(bob).getByText('Ann', { exact: true }).count(), 1)
    await own(ann, 'written on a train').getByText('Sent', { exact: true }).waitFor()
    assert.deepEqual(await texts(ann), ['from Ann', 'from Bob', 'written on a train'])
  })

  test('who goes to another page and back is in the room again', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    await enter(ann, { founds: true, stays: true })
    await say(ann, 'back in a moment')
    await own(ann, 'back in a moment').getByText('Sent', { exact: true }).waitFor()
    await ann.page.goto(`${home.url}/healthz`)
    await ann.page.goBack()
    await own(ann, 'back in a moment').waitFor()
    await say(ann, 'here I am')
    await own(ann, 'here I am').getByText('Sent', { exact: true }).waitFor()
  })

  test('a change of mind inside the room brings all of it to the disk, or takes all of it away', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.visitor('Ann')
    await enter(ann, { founds: true })
    await say(ann, 'said before')
    await own(ann, 'said before').getByText('Sent', { exact: true }).waitFor()
    await button(ann, 'Settings').click()
    await stayBox(ann).check()
    await untilKept(ann.page)
    await ann.page.keyboard.press('Escape')
    await say(ann, 'said after')
    await own(ann, 'said after').getByText('Sent', { exact: true }).waitFor()
    await ann.page.reload()
    await own(ann, 'said after').waitFor()
    assert.deepEqual(await texts(ann), ['said before', 'said after'])
    await button(ann, 'Settings').click()
    await stayBox(ann).uncheck()
    await untilGone(ann.page)
    assert.deepEqual(await onDisk(ann.page), NOTHING)
    await ann.page.keyboard.press('Escape')
    await say(ann, 'and on')
    await own(ann, 'and on').getByText('Sent', { exact: true }).waitFor()
    assert.deepEqual(await texts(ann), ['said before', 'said after', 'and on'])
    assert.deepEqual(await onDisk(ann.page), NOTHING)
  })

  test('a disk that is full is told, and costs nothing but what would be kept', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    ann.expected.push(/does not keep the room/)
    const session = await ann.context.newCDPSession(ann.page)
    await session.send('Storage.overrideQuotaForOrigin', { origin: home.url, quotaSize: 400_000 })
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    const long = 'so much to say '.repeat(1_000)
    const told = ann.page.getByRole('alert').getByText(/full/)
    for (let said = 0; said < 40 && (await told.count()) === 0; said++) await say(bob, `${said} ${long}`)
    await told.waitFor()
    await say(ann, 'I can still speak')
    await log(bob).getByText('I can still speak').waitFor()
  })

  test('M13: a disk that takes nothing more has nothing of what it kept', async () => {
    await using home = await BrowserRoom.start()
    const [ann, bob] = [await home.visitor('Ann'), await home.visitor('Bob')]
    ann.expected.push(/does not keep the room/)
    await enter(ann, { founds: true, stays: true })
    await enter(bob)
    await say(ann, 'my secret')
    await own(ann, 'my secret').getByText('Sent', { exact: true }).waitFor()
    await ann.page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    })
    // Not she herself: whoever writes has read what is told.
    await say(bob, 'one more')
    await ann.page.getByRole('alert').getByText(/full/).waitFor()
    await untilGone(ann.page)
    assert.deepEqual(await onDisk(ann.page), NOTHING)
    // It cannot know of everything that is left.
    await button(ann, 'Leave').click()
    await ann.page.getByRole('checkbox', { name: /forget/i }).waitFor()
  })
})

/** A port that a server which starts again can have again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
