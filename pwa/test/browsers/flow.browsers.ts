import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Room } from '../../../api/test/scenarios/rig/room.ts'
import { downloaded } from './rig/downloads.ts'
import { ENGINES, startBrowser } from './rig/engines.ts'
import { Guest } from './rig/guest.ts'
import type { Browser } from './rig/tab.ts'

const authorityOf = ({ certsDirectory }: Room): string => join(certsDirectory, 'ca.crt')

suite('a room whose authority the browser trusts', () => {
  for (const engine of ENGINES) {
    test(`M2, M3, M4, M6, M11, M12: three people in ${engine} talk, two of them alone, and send a file`, async () => {
      await using room = await Room.start()
      await using browser = await startBrowser(engine, authorityOf(room))
      await talk(room, [browser, browser, browser])
    })
  }

  test('M6, M11: three people in three engines understand one another', async () => {
    await using room = await Room.start()
    await using all = new AsyncDisposableStack()
    const browsers: Browser[] = []
    for (const engine of ENGINES) browsers.push(all.use(await startBrowser(engine, authorityOf(room))))
    await talk(room, browsers)
  })
})

suite('a room whose authority nobody vouches for', () => {
  for (const engine of ENGINES) {
    test(`M1, M15: ${engine} refuses to go there`, async () => {
      await using room = await Room.start()
      await using browser = await startBrowser(engine)
      const tab = await browser.newTab()
      await assert.rejects(tab.goto(room.url))
    })
  }
})

async function talk(room: Room, browsers: readonly Browser[]): Promise<void> {
  const names = ['Ann', 'Bob', 'Cleo'] as const
  const guests: Guest[] = []
  for (const [index, name] of names.entries()) {
    const browser = browsers[index] ?? assert.fail('a browser for each')
    const guest = new Guest(name, await browser.newTab(), room.url)
    await guest.enter(index === 0 ? 'Set password' : 'Enter')
    guests.push(guest)
  }
  const [ann, bob, cleo] = guests as [Guest, Guest, Guest]
  for (const guest of guests) await guest.meets(...names)

  await ann.say('hello, both of you')
  await ann.reads('hello, both of you', 'Sent')
  await bob.reads('hello, both of you')
  await cleo.reads('hello, both of you')

  await bob.say(':Dm Ann')
  await bob.say('for you alone')
  await ann.reads('for you alone')
  await bob.reads('for you alone', 'Ann has it')
  await bob.say(':Dm All')
  await bob.say('for everyone again')
  await cleo.reads('for everyone again')
  // What came before it in its order was not for Cleo.
  assert.equal(await cleo.hasRead('for you alone'), false)

  const path = join(room.directory, 'note.txt')
  await writeFile(path, 'small enough to be fetched by itself')
  await ann.sendFile(path)
  await bob.press('Save: note.txt')
  const { downloads } = browsers[1] ?? assert.fail('a browser for each')
  assert.equal(await readFile(await downloaded(downloads, 'note.txt'), 'utf8'), await readFile(path, 'utf8'))
}
