import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import type { Stage } from './stage.ts'

/** Every screen, and every look that it has. */

const SIZES = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 800 },
  narrow: { width: 320, height: 568 },
  vast: { width: 3840, height: 2160 },
} as const

export type Shot = {
  readonly scene: string
  readonly as?: string
  /** What a person does there before the picture is taken. */
  readonly act?: (page: Page) => Promise<unknown>
}

/** Found by where it stands, so that it is found in every language. */
const press = (selector: string) => (page: Page) => page.locator(selector).first().click()

export const SHOTS: readonly Shot[] = [
  { scene: 'connecting' },
  { scene: 'create' },
  { scene: 'create', as: 'generated', act: press('.tools .second') },
  { scene: 'enter' },
  { scene: 'wrong' },
  { scene: 'slowed' },
  { scene: 'stretching' },
  { scene: 'claim' },
  {
    scene: 'taken',
    act: async page => {
      await page.locator('#alias').fill('Ada')
      await press('alias-step .main')(page)
      await page.evaluate(
        `client.emit({ type: 'error', code: 'alias-taken', message: 'taken' }, { type: 'prompt', for: 'alias' })`,
      )
      await page.locator('alias-step .second').waitFor()
    },
  },
  { scene: 'empty' },
  { scene: 'talk' },
  { scene: 'files' },
  { scene: 'cards' },
  { scene: 'direct' },
  { scene: 'offline' },
  { scene: 'problem' },
  { scene: 'talk', as: 'completion', act: page => page.locator('textarea').fill(':') },
  { scene: 'files', as: 'panel', act: press('.counted') },
  { scene: 'files', as: 'picture', act: press('received-file .picture') },
  { scene: 'talk', as: 'invite', act: press('.actions button:nth-last-child(3)') },
  { scene: 'talk', as: 'settings', act: press('.actions button:nth-last-child(2)') },
  {
    scene: 'talk',
    as: 'leave',
    act: async page => {
      await page.goto(`${page.url()}&stays`)
      await press('.actions button:last-child')(page)
    },
  },
  { scene: 'talk', as: 'help', act: page => page.evaluate(`client.submit(':Help')`) },
  { scene: 'long' },
  { scene: 'kept' },
  { scene: 'missed' },
  { scene: 'new-key' },
  {
    scene: 'new-key',
    as: 'person',
    act: async page => {
      await press('.keys button')(page)
      await page.getByRole('dialog').getByRole('listitem').nth(5).waitFor()
    },
  },
  { scene: 'left' },
  { scene: 'replaced' },
]

const ROOMS: ReadonlySet<string> = new Set([
  'cards',
  'empty',
  'talk',
  'files',
  'direct',
  'offline',
  'problem',
  'long',
  'kept',
  'missed',
  'new-key',
])

export const LOOKS = [
  { name: 'phone-light', size: 'phone', colorScheme: 'light', language: 'en' },
  { name: 'phone-dark', size: 'phone', colorScheme: 'dark', language: 'en' },
  { name: 'desktop-light', size: 'desktop', colorScheme: 'light', language: 'en' },
  { name: 'desktop-dark', size: 'desktop', colorScheme: 'dark', language: 'en' },
  { name: 'narrow', size: 'narrow', colorScheme: 'light', language: 'en' },
  { name: 'vast', size: 'vast', colorScheme: 'light', language: 'en' },
  { name: 'forced', size: 'phone', colorScheme: 'dark', language: 'en', forcedColors: true },
  { name: 'phone-german', size: 'phone', colorScheme: 'light', language: 'de' },
  { name: 'phone-rtl', size: 'phone', colorScheme: 'light', language: 'ar' },
] as const

export type Look = (typeof LOOKS)[number]

/** A window of that look; `complain` hears whatever goes wrong in it. */
export async function open(
  { browser }: Stage,
  look: Look,
  complain: (text: string) => void,
): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await browser.newContext({
    viewport: SIZES[look.size],
    colorScheme: look.colorScheme,
    hasTouch: look.size === 'phone' || look.size === 'narrow',
    reducedMotion: 'reduce',
    forcedColors: 'forcedColors' in look ? 'active' : 'none',
  })
  const page = await context.newPage()
  page.on('pageerror', error => complain(error.message))
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complain(message.text())
  })
  return { page, context }
}

/** What there is only where the room has one column. */
export const isThere = ({ as }: Shot, { size }: Look): boolean => as !== 'panel' || SIZES[size].width <= 960

export async function show(
  page: Page,
  stage: Stage,
  { scene, act }: Shot,
  { language }: Look,
): Promise<void> {
  await page.goto(stage.url(scene, language))
  await page.locator(ROOMS.has(scene) ? 'room-screen' : 'enter-screen').waitFor({ timeout: 8_000 })
  await act?.(page)
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
}

/** What is in the way of people who use assistive technology, a sentence each. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  )
}
