import assert from 'node:assert/strict'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { DEADLINE } from '../../../api/test/scenarios/rig/transcript.ts'
import { openEdge } from './edge-page.ts'

export type VisitorOptions = {
  readonly context?: BrowserContextOptions
  /** Where it goes, if not to the room itself. */
  readonly url?: string
}

/** Somebody at a browser. Whatever its pages complain of is a failure: errors, refusals of the policy, strangers' addresses. */
export class Visitor implements AsyncDisposable {
  readonly name: string
  readonly context: BrowserContext
  #page: Page
  /** Patterns of complaints that a test provokes. */
  readonly expected: RegExp[] = []
  readonly #url: string
  readonly #complaints: string[] = []
  #isOver = false

  static async create(name: string, context: BrowserContext, url: string): Promise<Visitor> {
    context.setDefaultTimeout(DEADLINE)
    return new Visitor(name, context, await context.newPage(), url)
  }

  private constructor(name: string, context: BrowserContext, page: Page, url: string) {
    this.name = name
    this.context = context
    this.#page = page
    this.#url = url
    this.#watch(page)
    context.on('page', other => {
      if (other !== page) this.#watch(other)
    })
    context.on('request', request => {
      if (!/^(?:blob|data):/.test(request.url()) && new URL(request.url()).origin !== url)
        this.#complaints.push(`asked a stranger: ${request.url()}`)
    })
  }

  get page(): Page {
    return this.#page
  }

  /** Another tab of the same device, at the room. */
  async openTab(): Promise<Page> {
    const tab = await this.context.newPage()
    await tab.goto(this.#url)
    return tab
  }

  /** In another tab, which is the visitor's page from now on; the former is closed if it is not dead already. */
  async reopen(): Promise<void> {
    const former = this.#page
    this.#page = await this.openTab()
    await former.close()
  }

  /** A page that has the edge's modules and nothing else. */
  openEdge(): Promise<Page> {
    return openEdge(this.context, this.#url)
  }

  async open(path = '/'): Promise<Page> {
    await this.page.goto(`${this.#url}${path}`)
    return this.page
  }

  /** Until the service worker answers for this page. */
  async controlled(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready
      if (navigator.serviceWorker.controller !== null) return
      await new Promise(resolve =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      )
    })
  }

  assertContent(): void {
    const unexpected = this.#complaints.filter(each => !this.expected.some(pattern => pattern.test(each)))
    assert.deepEqual(unexpected, [], `${this.name}'s browser complained`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    await this.context.close()
    this.assertContent()
  }

  #watch(page: Page): void {
    page.on('pageerror', error => this.#complaints.push(`threw: ${error.stack ?? error.message}`))
    page.on('console', message => {
      if (message.type() === 'error')
        this.#complaints.push(`said: ${message.text()} (${message.location().url})`)
    })
  }
}
