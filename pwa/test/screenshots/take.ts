import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { PASSWORD } from '../../../api/test/scenarios/rig/room.ts'
import { BrowserRoom } from '../rig/browser-room.ts'
import type { Visitor } from '../rig/visitor.ts'
import { Album } from './album.ts'
import { drawHarbour } from './harbour.ts'

/**
 * Every screen of the app as three people see it: `npm run screenshots [folder]`. With `--publish` those that the manifest and
 * the README show are made anew too.
 */

const PUBLISHED = {
  'room-wide': 'files-desktop-light',
  'room-narrow': 'talk-phone-light',
  'enter-narrow': 'create-phone-dark',
} as const
const PUBLIC = join(import.meta.dirname, '../../public/screenshots')

const args = process.argv.slice(2)
const [folder = join(tmpdir(), 'chat-room-screenshots')] = args.filter(each => !each.startsWith('--'))

const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true }
const DESKTOP = { viewport: { width: 1280, height: 800 } }
const MIB = 2 ** 20

const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).first()
const log = (page: Page) => page.getByRole('log', { name: 'Messages' })

async function enterAs({ page, name }: Visitor): Promise<void> {
  await textbox(page, 'Alias').fill(name)
  await button(page, 'Join').click()
  await textbox(page, 'Message').waitFor()
}

async function say({ page }: Visitor, line: string): Promise<void> {
  await textbox(page, 'Message').fill(line)
  // On a phone, Enter begins a line.
  await button(page, 'Send').click()
}

async function send({ page }: Visitor, path: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(path)
}

await using home = await BrowserRoom.start({ host: 'room.example.org' })
const album = await Album.in(folder)
const ada = await home.visitor('Ada', { context: PHONE })
const ben = await home.visitor('Ben', { context: DESKTOP })
const chloe = await home.visitor('Chloé', { context: DESKTOP })
const files = join(home.room.directory, 'files')
await mkdir(files)
const harbour = await drawHarbour(home.browser)
await writeFile(join(files, 'Harbour at nine.png'), harbour)
await writeFile(join(files, 'Tide tables.pdf'), Buffer.alloc(2.4 * MIB))
await writeFile(join(files, 'The whole trip.mp4'), Buffer.alloc(48 * MIB))

// The way in.
await ada.open()
await button(ada.page, 'Generate passphrase').waitFor()
await album.take('create', 'phone', ada.page)
await textbox(ada.page, 'Password').fill(PASSWORD)
await button(ada.page, 'Set password').click()
await textbox(ada.page, 'Alias').fill('Ada')
await album.take('alias', 'phone', ada.page)
await enterAs(ada)
await album.take('empty', 'phone', ada.page)

await ben.open()
await textbox(ben.page, 'Password').fill('not the password of it')
await album.take('enter', 'desktop', ben.page)
await button(ben.page, 'Enter').click()
await ben.page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor()
await album.take('wrong', 'desktop', ben.page)
for (const visitor of [ben, chloe]) {
  if (visitor === chloe) await visitor.open()
  await textbox(visitor.page, 'Password').fill(PASSWORD)
  await button(visitor.page, 'Enter').click()
  await enterAs(visitor)
}

// The conversation.
const conversation: readonly (readonly [Visitor, string])[] = [
  [ben, 'Good morning! Does anybody have the tide tables for Saturday?'],
  [chloe, 'I do, one moment. The **second** page is ours: https://tides.example.org/43?day=sat'],
  [ada, 'Perfect, thank you! Nine at the jetty?'],
  [ben, 'Nine it is.\nBring something warm: `14 °C`, and wind from the west.'],
  [chloe, 'I bring the ropes.'],
]
for (const [visitor, text] of conversation) {
  await say(visitor, text)
  for (const each of [ada, ben, chloe])
    await log(each.page)
      .getByText(text.split(/[*\n`]/)[0] ?? text)
      .first()
      .waitFor()
}
await album.take('talk', 'phone', ada.page)
await album.take('talk', 'desktop', ben.page)

// Files.
await send(chloe, join(files, 'Tide tables.pdf'))
await send(chloe, join(files, 'Harbour at nine.png'))
await button(ben.page, /^Save: Harbour/).waitFor()
await say(ben, 'What a morning!')
await send(chloe, join(files, 'The whole trip.mp4'))
await button(ben.page, /^Accept/).waitFor()
await button(ada.page, /^Accept/).waitFor()
await album.take('files', 'phone', ada.page)
await album.take('files', 'desktop', ben.page)
await button(ben.page, /^Look at it/).click()
await album.take('picture', 'desktop', ben.page)
await button(ben.page, 'Close').click()

// Between two.
await say(ben, ':Dm Ada')
await say(ben, 'Between us: it is her birthday. Can you bring the cake?')
await log(ada.page).getByText('Between us').waitFor()
await say(ada, ':Dm Ben')
await say(ada, 'Of course!')
await log(ben.page).getByText('Of course!').waitFor()
await album.take('direct', 'phone', ada.page)
await album.take('direct', 'desktop', ben.page)
await say(ada, ':Dm All')
await textbox(ada.page, 'Message').fill(':')
await album.take('commands', 'phone', ada.page)
await textbox(ada.page, 'Message').fill('')

// What can be opened.
for (const [name, screen] of [
  [/^People and files/, 'people'],
  ['Invite', 'invite'],
  ['Settings', 'settings'],
  ['Leave', 'leave'],
] as const) {
  await button(ada.page, name).click()
  await album.take(screen, 'phone', ada.page)
  await button(ada.page, 'Close').click()
}
await say(ada, ':Help')
await album.take('help', 'phone', ada.page)
await button(ada.page, 'Close').click()

// What another app shared.
await ada.page.evaluate(async picture => {
  const bytes = Uint8Array.from(atob(picture), each => each.charCodeAt(0))
  const files = [new File([bytes], 'Harbour at nine.png', { type: 'image/png' })]
  const handed = new CustomEvent('handed-over', { detail: { text: 'This is where we meet.', files } })
  document.querySelector('chat-app')?.dispatchEvent(handed)
}, harbour.toString('base64'))
await ada.page.getByRole('dialog').waitFor()
await album.take('share', 'phone', ada.page)
await button(ada.page, 'Close').click()

// Without a network.
ada.expected.push(/ERR_INTERNET_DISCONNECTED/)
await ada.context.setOffline(true)
await say(ada, 'I am in the tunnel; this waits until I am out of it.')
await log(ada.page).getByText('in the tunnel').waitFor()
await album.take('offline', 'phone', ada.page)
await ada.context.setOffline(false)

if (args.includes('--publish')) {
  await mkdir(PUBLIC, { recursive: true })
  for (const [name, picture] of Object.entries(PUBLISHED))
    await album.publish(picture, join(PUBLIC, `${name}.png`))
}
console.log(`The pictures are in ${folder}`)
