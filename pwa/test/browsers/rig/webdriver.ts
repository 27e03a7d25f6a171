import { setTimeout } from 'node:timers/promises'

/** How the standard writes an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

/** WebDriver (W3C) over HTTP: a session of one browser. */
export class WebDriver {
  readonly #session: string

  /** `driver` is where the driver listens, or soon will. */
  static async open(driver: string, capabilities: object): Promise<WebDriver> {
    await listening(driver)
    const { sessionId } = await ask<{ sessionId: string }>(`${driver}/session`, {
      capabilities: { alwaysMatch: capabilities },
    })
    const opened = new WebDriver(`${driver}/session/${sessionId}`)
    // A script that waits for what takes a person's time is no mistake.
    await opened.send('timeouts', { script: 600_000, pageLoad: 60_000 })
    return opened
  }

  private constructor(session: string) {
    this.#session = session
  }

  async send<Result>(command: string, body: object): Promise<Result> {
    return await ask<Result>(`${this.#session}/${command}`, body)
  }

  /** Calls an async function, given as its text; throws what it throws. */
  async call<Result>(declaration: string): Promise<Result> {
    const script = `const done = arguments[arguments.length - 1]
      ;(${declaration})().then(value => done({ value }), error => done({ error: String(error) }))`
    const answer = await this.send<{ readonly value?: Result; readonly error?: string }>('execute/async', {
      script,
      args: [],
    })
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.value as Result
  }

  /** What a function finds, as the path of its commands. */
  async find(declaration: string): Promise<string> {
    const found = await this.call<Readonly<Record<string, string>>>(declaration)
    return `element/${found[ELEMENT]}`
  }
}

async function ask<Result>(url: string, body: object): Promise<Result> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  const { value } = (await answer.json()) as { readonly value: Result & { message?: string; error?: string } }
  if (!answer.ok) throw new Error(`${url}: ${value.error}: ${value.message}`)
  return value
}

/** A driver does not say when it is ready. */
async function listening(driver: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await fetch(`${driver}/status`)
      return
    } catch (error) {
      if (tries === 100) throw error
      await setTimeout(100)
    }
  }
}
