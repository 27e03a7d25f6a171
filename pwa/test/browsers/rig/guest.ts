import { PASSWORD } from '../../../../api/test/scenarios/rig/room.ts'
import { DEADLINE } from '../../../../api/test/scenarios/rig/transcript.ts'
import { fileInput, said, shown } from './in-page.ts'
import type { Tab } from './tab.ts'

/** Somebody at a tab of any engine, who knows the page by what it is called. */
export class Guest {
  readonly name: string
  readonly tab: Tab
  readonly #url: string

  constructor(name: string, tab: Tab, url: string) {
    this.name = name
    this.tab = tab
    this.#url = url
  }

  async enter(door: 'Set password' | 'Enter'): Promise<void> {
    await this.tab.goto(this.#url)
    await this.tab.type(PASSWORD, shown, 'textbox', 'Password', DEADLINE)
    await this.press(door)
    await this.tab.type(this.name, shown, 'textbox', 'Alias', DEADLINE)
    await this.press('Join')
    await this.sees('textbox', 'Message')
  }

  /** Until the service worker answers for this page. */
  async controlled(): Promise<void> {
    await this.tab.evaluate(async () => {
      await navigator.serviceWorker.ready
      if (navigator.serviceWorker.controller !== null) return
      await new Promise(resolve =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      )
    })
  }

  async press(button: string): Promise<void> {
    await this.tab.click(shown, 'button', button, DEADLINE)
  }

  async sees(role: string, name: string): Promise<void> {
    await this.tab.wait(shown, role, name, DEADLINE)
  }

  /** Types it and presses Enter. */
  async say(line: string): Promise<void> {
    await this.tab.type(`${line}\n`, shown, 'textbox', 'Message', DEADLINE)
  }

  /** Until one row of the conversation shows all of this. */
  async reads(...texts: readonly string[]): Promise<void> {
    await this.tab.evaluate(said, 'log', 'Messages', texts, DEADLINE)
  }

  /** Whether a row shows it now. */
  async hasRead(...texts: readonly string[]): Promise<boolean> {
    return await this.tab.evaluate(said, 'log', 'Messages', texts, 0).then(
      () => true,
      () => false,
    )
  }

  async meets(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.tab.evaluate(said, 'list', 'People', [name], DEADLINE)
  }

  async sendFile(path: string): Promise<void> {
    await this.tab.pick(path, fileInput)
  }
}
