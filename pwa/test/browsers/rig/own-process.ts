import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type OwnProcessOptions = {
  readonly env?: Readonly<Record<string, string>>
}

/** A program that a test runs beside itself, in a group of its own, so that what it starts ends with it. */
export class OwnProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #lines: string[] = []
  readonly #listeners = new Set<(line: string) => void>()

  constructor(command: string, args: readonly string[], { env = {} }: OwnProcessOptions = {}) {
    this.#child = spawn(command, args, {
      env: { ...process.env, ...env },
      detached: true,
      // A browser that is handed no input of its own reads that of the test.
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#ended = once(this.#child, 'close').catch((error: unknown) => this.#add(String(error)))
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input !== null) createInterface({ input }).on('line', line => this.#add(line))
    }
  }

  /** What the first line that matches has in its parentheses. */
  async says(pattern: RegExp): Promise<string> {
    const found = Promise.withResolvers<string>()
    const look = (line: string) => {
      const [, part] = pattern.exec(line) ?? []
      if (part !== undefined) found.resolve(part)
    }
    for (const line of this.#lines) look(line)
    this.#listeners.add(look)
    const over = this.#ended.then(() => {
      throw new Error(`ended, and never said ${pattern}:\n${this.#lines.join('\n')}`)
    })
    try {
      return await Promise.race([found.promise, over])
    } finally {
      this.#listeners.delete(look)
    }
  }

  /** The last of what it said. */
  describe(): string {
    return this.#lines.slice(-40).join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined) return
    if (exitCode === null && signalCode === null) process.kill(-pid, 'SIGTERM')
    const late = setTimeout(() => process.kill(-pid, 'SIGKILL'), 5_000)
    await this.#ended
    clearTimeout(late)
  }

  #add(line: string): void {
    this.#lines.push(line)
    for (const listen of this.#listeners) listen(line)
  }
}
