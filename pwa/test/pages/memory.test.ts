import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Trouble } from '../../src/edge/chosen-memory.ts'
import { BrowserRoom } from '../rig/browser-room.ts'

const PLACE = 'https://chat.example/main'

declare global {
  /** In a page of these tests alone. */
  var chosen: ReturnType<typeof edge.createChosenMemory>
  var told: (Trouble['what'] | 'chose' | 'robbed')[]
}

/** What a page remembers by, opened as the page's own does. */
const open = (page: Page, place = PLACE) =>
  page.evaluate(async place => {
    globalThis.told = []
    globalThis.chosen = edge.createChosenMemory(place, {
      troubled: ({ what }) => told.push(what),
      chose: () => told.push('chose'),
      robbed: () => told.push('robbed'),
    })
    await chosen.open(undefined)
    return chosen.staying.stays
  }, place)

/** Says something, and keeps it as the core does. */
const keepSomething = (page: Page, place = PLACE) =>
  page.evaluate(async place => {
    const { memory } = chosen
    await memory.remember(place)
    const slot = await memory.openSlot(place, 'alice')
    await slot?.write(new Uint8Array([1]))
    await slot?.write(new Uint8Array([2, 3]))
    const journal = await memory.openJournal(place, 'up')
    await Promise.all([1, 2, 3].map(each => journal.append(new Uint8Array([each, each]))))
    const other = await memory.openJournal(place, 'up/1')
    await other.append(new Uint8Array([9]))
    const history = await memory.openHistory(place)
    const record = (place: number) => ({ place, id: `id ${place}`, sealed: new Uint8Array([place & 255]) })
    await history.put(Array.from({ length: 10 }, (_, at) => record(at)))
    await history.put([record(-1), record(-2), { ...record(4), sealed: new Uint8Array([44]) }])
    const key = await memory.deviceKey()
    if (key === undefined) throw new Error('no key')
    const iv = new Uint8Array(12)
    await slot?.write(
      new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new Uint8Array([7]))),
    )
    await slot?.release()
  }, place)

/** All of it, as a core that is new finds it. */
const findEverything = (page: Page, place = PLACE) =>
  page.evaluate(async place => {
    const { memory } = chosen
    const slot = await memory.openSlot(place, 'alice')
    const sealed = await slot?.read()
    await slot?.release()
    const key = await memory.deviceKey()
    const opened =
      sealed &&
      key &&
      (await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, sealed).then(
        bytes => Array.from(new Uint8Array(bytes)),
        () => 'sealed by another key',
      ))
    const history = await memory.openHistory(place)
    const places = async (before: number | undefined, count: number) =>
      (await history.page(before, count)).map(({ place }) => place)
    return {
      knows: await memory.knows(place),
      isExtractable: key?.extractable,
      opened,
      journal: Array.from(await (await memory.openJournal(place, 'up')).read()),
      newest: await places(undefined, 3),
      before: await places(2, 3),
      first: await places(-1, 9),
      found: (await history.find(['id 4', 'id -2', 'nothing'])).map(each => [
        each.place,
        Array.from(each.sealed),
      ]),
    }
  }, place)

const EVERYTHING = {
  knows: true,
  isExtractable: false,
  opened: [7],
  journal: [1, 1, 2, 2, 3, 3],
  newest: [7, 8, 9],
  before: [-1, 0, 1],
  first: [-2],
  found: [
    [4, [44]],
    [-2, [254]],
  ],
}

/** Whatever of a page may be found on the disk of its device. */
const onDisk = (page: Page) =>
  page.evaluate(async () => {
    const files: string[] = []
    const root = await navigator.storage.getDirectory()
    for await (const name of root.keys()) files.push(name)
    const databases = (await indexedDB.databases()).map(({ name }) => name)
    return { files, databases, local: localStorage.length, session: sessionStorage.length }
  })

const NOTHING = { files: [], databases: [], local: 0, session: 0 }

suite('what a page remembers', () => {
  let home: BrowserRoom
  before(async () => {
    home = await BrowserRoom.start()
  })
  after(() => home[Symbol.asyncDispose]())

  test('M13: nothing touches the disk before somebody chooses to stay, and all of it can be handed over', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    assert.equal(await open(page), false)
    await keepSomething(page)
    assert.deepEqual(await findEverything(page), EVERYTHING)
    assert.deepEqual(await onDisk(page), NOTHING)
    await page.evaluate(async place => {
      // As a clone, which is what another tab gets.
      const left = structuredClone(await chosen.pack())
      globalThis.chosen = edge.createChosenMemory(place, { troubled() {}, chose() {}, robbed() {} })
      await chosen.open(left)
    }, PLACE)
    assert.deepEqual(await findEverything(page), EVERYTHING)
    assert.deepEqual(await onDisk(page), NOTHING)
  })

  test('M13: what was under way when somebody chose not to stay makes nothing of it anew', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await open(page)
    await page.evaluate(async () => {
      const late = edge.keptHandles(() => true)
      const folder = await navigator.storage.getDirectory()
      await chosen.staying.stay(true)
      await Promise.all([late.keep('under way', folder), chosen.staying.stay(false)])
      // It was asked whether anybody stays right before.
      await late.keep('later', folder)
    })
    assert.deepEqual(await onDisk(page), NOTHING)
  })

  test('who chooses to stay, before or later, is known to the next page; another room is not', async () => {
    await using visitor = await home.visitor('Ann')
    for (const isEarly of [true, false]) {
      const first = await visitor.openEdge()
      await open(first)
      const choose = () => first.evaluate(() => chosen.staying.stay(true))
      if (isEarly) assert.equal(await choose(), true)
      await keepSomething(first)
      if (!isEarly) assert.equal(await choose(), true)
      assert.deepEqual(await findEverything(first), EVERYTHING)
      assert.equal(await first.evaluate(() => chosen.pack()), undefined)
      await first.close()

      const second = await visitor.openEdge()
      assert.equal(await open(second), true)
      assert.deepEqual(await findEverything(second), EVERYTHING)
      const third = await visitor.openEdge()
      assert.equal(await open(third, 'https://chat.example/other'), false)
      await third.evaluate(() => chosen.staying.stay(true))
      await second.evaluate(() => chosen.staying.forget())
      assert.deepEqual(await onDisk(second), NOTHING)
      assert.equal(await second.evaluate(place => chosen.memory.knows(place), PLACE), false)
      // Of every room; whoever is in another one is told, and goes on.
      await third.waitForFunction(() => told.includes('gone'))
      assert.equal(await third.evaluate(() => chosen.staying.stays), false)
      visitor.expected.push(/does not keep the room/)
      await Promise.all([second.close(), third.close()])
    }
  })

  test('a change of mind takes it from the disk, and the page goes on with all of it', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await open(page)
    await page.evaluate(() => chosen.staying.stay(true))
    await keepSomething(page)
    assert.equal(await page.evaluate(() => chosen.staying.stay(false)), false)
    assert.deepEqual(await onDisk(page), NOTHING)
    assert.deepEqual(await findEverything(page), EVERYTHING)
    await page.evaluate(() => chosen.staying.stay(true))
    assert.deepEqual(await findEverything(page), EVERYTHING)
  })

  test('a handle that is open follows the choice, and what is written meanwhile is not lost', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    await open(page)
    const read = await page.evaluate(async place => {
      const slot = await chosen.memory.openSlot(place, 'alice')
      const read: unknown[] = []
      for (const chooses of [true, false, true]) {
        const choosing = chosen.staying.stay(chooses)
        const writes = Array.from({ length: 20 }, (_, at) => slot?.write(new Uint8Array([at])))
        await Promise.all([choosing, ...writes])
        read.push(Array.from((await slot?.read()) ?? []))
      }
      return [...read, await chosen.memory.openSlot(place, 'alice')]
    }, PLACE)
    assert.deepEqual(read, [[19], [19], [19], undefined])
  })

  test('a tab that was robbed writes nothing any more over what the next one keeps', async () => {
    await using visitor = await home.visitor('Ann')
    const first = await visitor.openEdge()
    await open(first)
    await first.evaluate(() => chosen.staying.stay(true))
    await keepSomething(first)
    const second = await visitor.openEdge()
    assert.equal(await open(second), true)
    const late = await first.evaluate(async place => {
      const slot = await chosen.memory.openSlot(place, 'stay')
      const history = await chosen.memory.openHistory(place)
      const writes = [slot?.write(new Uint8Array([1])), history.clear(), chosen.memory.forget(place)]
      const results = await Promise.allSettled(writes)
      return [results.map(({ status }) => status), told]
    }, PLACE)
    assert.deepEqual(late, [
      ['rejected', 'rejected', 'rejected'],
      ['chose', 'robbed', 'robbed', 'robbed'],
    ])
    assert.deepEqual(await findEverything(second), EVERYTHING)
    assert.equal(
      await second.evaluate(async place => (await chosen.memory.openSlot(place, 'stay'))?.read(), PLACE),
      undefined,
    )
  })

  for (const [how, what] of [
    ['deleted', 'gone'],
    ['full', 'full'],
  ] as const) {
    test(`storage that is ${how} is told, and nothing is lost that the page has`, async () => {
      await using visitor = await home.visitor('Ann')
      visitor.expected.push(/does not keep the room/)
      const page = await visitor.openEdge()
      const session = await visitor.context.newCDPSession(page)
      const origin = new URL(page.url()).origin
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 3_000_000 })
      await open(page)
      await page.evaluate(() => chosen.staying.stay(true))
      await keepSomething(page)
      if (what === 'gone') {
        await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
        await page.waitForFunction(() => told.includes('gone'))
      }
      const after = await page.evaluate(async place => {
        const slot = await chosen.memory.openSlot(place, 'bob')
        await slot?.write(new Uint8Array(5_000_000).fill(8))
        return [(await slot?.read())?.length, told, chosen.staying.stays]
      }, PLACE)
      assert.deepEqual(after, [5_000_000, ['chose', what], false])
      assert.deepEqual(await onDisk(page), NOTHING)
      // What was kept can still be read where the disk is only full.
      if (what === 'full') assert.deepEqual(await findEverything(page), EVERYTHING)
      else assert.deepEqual((await findEverything(page)).knows, true)
    })
  }

  test('what was dropped from the history stays dropped, on the disk and off it', async () => {
    await using visitor = await home.visitor('Ann')
    const page = await visitor.openEdge()
    for (const stays of [false, true]) {
      await open(page)
      await page.evaluate(stays => chosen.staying.stay(stays), stays)
      await keepSomething(page)
      const left = await page.evaluate(async place => {
        const history = await chosen.memory.openHistory(place)
        const places = async () => (await history.page(undefined, 99)).map(({ place }) => place)
        await history.dropBefore(7)
        const late = await places()
        const gone = await history.find(['id 6'])
        await history.clear()
        return [late, gone, await places()]
      }, PLACE)
      assert.deepEqual(left, [[7, 8, 9], [], []])
    }
  })
})
