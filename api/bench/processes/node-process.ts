import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Cores, onCores } from './cores.ts'
import { cpuSeconds, forgetPeak, residentBytes } from './proc.ts'

export type NodeCommand = {
  /** Arguments of `node`. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly cores: Cores
}

export type Usage = {
  /** Seconds. */
  readonly cpu: number
  /** Bytes that were resident at most. */
  readonly peak: number
}

/** How long a process may take to end in order, in milliseconds. */
const PATIENCE = 6_000

/** However the bench ends, it does not outlive it. */
export function spawnNode({ argv, env, cwd, cores }: NodeCommand) {
  const [command = '', ...rest] = onCores(cores, [process.execPath, ...argv])
  const child = spawn(command, rest, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  return child
}

/** What the kernel says of a process that was spawned, and its end. */
export class NodeProcess implements AsyncDisposable {
  readonly #child: ChildProcess

  constructor(child: ChildProcess) {
    this.#child = child
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

  /** What it uses from now on until the result is called. */
  watch(): () => Usage {
    const before = this.cpu
    this.forgetPeak()
    return () => ({ cpu: this.cpu - before, peak: this.peak })
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
