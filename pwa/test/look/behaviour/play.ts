import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import type { RoomEvent } from '../../../src/view/room-event.ts'
import { type Stage, setStage } from '../stage.ts'

let stage: Stage

before(async () => {
  stage = await setStage()
})
after(() => stage[Symbol.asyncDispose]())

export const stageUrl = (name: string, language?: string): string => stage.url(name, language)

export async function scene(name: string, run: (page: Page) => Promise<void>, width = 1280): Promise<void> {
  const context = await stage.browser.newContext({
    viewport: { width, height: 800 },
    reducedMotion: 'reduce',
  })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(stage.url(name))
    await run(page)
  } finally {
    await context.close()
  }
}

export const log = (page: Page) => page.getByRole('log', { name: 'Messages' })
export const field = (page: Page) => page.getByRole('textbox', { name: 'Message' })

/** Until all that happened is drawn. */
export const frames = (page: Page) =>
  page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))

type Played = {
  readonly client: { emit(...events: unknown[]): void; now(): number; readonly submitted: string[] }
}

/** The client says so. */
export const emit = (page: Page, ...events: readonly RoomEvent[]) =>
  page.evaluate(said => (globalThis as unknown as Played).client.emit(...said), events as unknown[])

export const hear = (page: Page, id: string, text: string, to = 'all') =>
  page.evaluate(
    said => {
      const { client } = globalThis as unknown as Played
      client.emit({ type: 'message', from: 'Ben', seq: 99_999, at: client.now(), ...said })
    },
    { id, text, to },
  )

export const submitted = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as Played).client.submitted)

/** Resolves once so many lines were. */
export const untilSubmitted = (page: Page, count: number) =>
  page.waitForFunction(count => (globalThis as unknown as Played).client.submitted.length >= count, count)

/** Whether somebody looks at the page. */
export const look = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate(to => {
    Object.defineProperty(document, 'visibilityState', { value: to, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)

/** Where the message of this text begins, in pixels from the top of the window. */
export const top = (page: Page, text: string) =>
  log(page)
    .getByText(text, { exact: true })
    .evaluate(element => element.getBoundingClientRect().top)
