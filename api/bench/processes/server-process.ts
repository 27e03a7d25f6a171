import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onServerCore } from './cores.ts'
import { cpuSeconds, forgetPeak, residentBytes } from './proc.ts'

export type ServerCommand = {
  /** Arguments of `node`. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** How long a server may take to end in order, in milliseconds. */
const PATIENCE = 6_000

/** A server in a process of its own, on the server's core. Its first line on stdout names its URL. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  /** `https://host:port`. */
  readonly url: URL

  private constructor(child: ChildProcess, url: URL) {
    this.#child = child
    this.url = url
  }

  static async start({ argv, env }: ServerCommand): Promise<ServerProcess> {
    const [command = '', ...rest] = onServerCore([process.execPath, ...argv])
    const child = spawn(command, rest, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    // However the bench ends, no server outlives it.
    const end = () => child.kill('SIGKILL')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    for await (const line of createInterface({ input: child.stdout })) {
      const [url] = /https:\/\/\S+/.exec(line) ?? []
      if (url === undefined) break
      child.stdout.resume()
      return new ServerProcess(child, new URL(url))
    }
    child.kill('SIGKILL')
    throw new Error(`${argv.join(' ')} did not say where it listens`)
  }

  get cpu(): number {
    return cpuSeconds(this.#pid)
  }

  get resident(): number {
    return residentBytes(this.#pid).now
  }

  get peak(): number {
    return residentBytes(this.#pid).peak
  }

  forgetPeak(): void {
    forgetPeak(this.#pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const late = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE)
    await exited
    clearTimeout(late)
  }

  get #pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error('a process that started has an id')
    return pid
  }
}
