import type { Locator } from 'playwright-core'
import { PASSWORD } from '../../../api/test/scenarios/rig/room.ts'
import { stateBytes } from './on-disk.ts'
import type { Visitor } from './visitor.ts'

/** What a person does and sees in a room, by the names that are a contract. */

export const textbox = ({ page }: Visitor, name: string): Locator =>
  page.getByRole('textbox', { name, exact: true })
export const button = ({ page }: Visitor, name: string): Locator =>
  page.getByRole('button', { name, exact: true })
export const log = ({ page }: Visitor): Locator => page.getByRole('log', { name: 'Messages' })
export const people = ({ page }: Visitor): Locator => page.getByRole('list', { name: 'People' })
export const stayBox = ({ page }: Visitor): Locator =>
  page.getByRole('checkbox', { name: /Stay in this room on this device/ })
/** The row of an own message, with what became of it. */
export const own = (visitor: Visitor, text: string): Locator =>
  log(visitor).locator('.own', { hasText: text })

export type EnterOptions = {
  /** The room has no password yet. */
  readonly founds?: boolean
  readonly stays?: boolean
  /** The page is there already. */
  readonly isOpen?: boolean
}

/** From the address into the room, by the visitor's own name. */
export async function enter(
  visitor: Visitor,
  { founds = false, stays = false, isOpen = false }: EnterOptions = {},
): Promise<void> {
  if (!isOpen) await visitor.open()
  await textbox(visitor, 'Password').fill(PASSWORD)
  if (stays) await stayBox(visitor).check()
  await button(visitor, founds ? 'Set password' : 'Enter').click()
  await textbox(visitor, 'Alias').fill(visitor.name)
  await button(visitor, 'Join').click()
  await textbox(visitor, 'Message').waitFor()
}

export async function say(visitor: Visitor, line: string): Promise<void> {
  await textbox(visitor, 'Message').fill(line)
  await textbox(visitor, 'Message').press('Enter')
}

/** A message in the outbox takes more: its id alone is 22 characters. */
const OF_A_MESSAGE = 60

/** Without a network, and until this device keeps it: of what is killed before, there is nothing but what was seen. */
export async function sayOffline(visitor: Visitor, line: string): Promise<void> {
  const before = await stateBytes(visitor.page)
  await say(visitor, line)
  while ((await stateBytes(visitor.page)) < before + OF_A_MESSAGE) {
    // Whatever the page writes next.
    await visitor.page.evaluate(() => new Promise(requestAnimationFrame))
  }
}

/** All messages that are shown, in their order. */
export const texts = (visitor: Visitor): Promise<string[]> => log(visitor).locator('.text').allInnerTexts()
