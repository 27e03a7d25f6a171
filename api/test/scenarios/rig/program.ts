import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Transcript } from './transcript.ts'
import { within } from './within.ts'

const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url))
/** The program's own, by the variable: what is loaded before it is compiled, and stripped of its types, once as well. */
const COMPILED = fileURLToPath(new URL('../../../../node_modules/.cache/chat-room', import.meta.url))

/** The exit status, or the signal that ended the process. */
export type Status = number | NodeJS.Signals

export type Surroundings = {
  readonly cwd: string
  /** All of it: nothing of the test's own environment but the path is handed on. */
  readonly env: Readonly<Record<string, string>>
  /** A command that gets the program as its last arguments, and becomes it. */
  readonly through?: readonly string[]
  /** The URL of a module that is loaded before the program. */
  readonly preload?: string
  /** The path of the program, if not that of its sources. */
  readonly program?: string
}

/** `chat-room` in a process of its own. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #name: string
  #status: Status | undefined
  /** Resolves when it has ended and all it wrote has been read. */
  readonly closed: Promise<Status>
  readonly stdout: Transcript<string>
  readonly stderr: Transcript<string>

  constructor(name: string, argv: readonly string[], surroundings: Surroundings) {
    const { cwd, env, through = [], preload, program = CLI } = surroundings
    this.#name = name
    this.stdout = new Transcript(() => this.describe())
    this.stderr = new Transcript(() => this.describe())
    const options = preload === undefined ? [] : ['--import', preload]
    const [command = '', ...args] = [...through, process.execPath, ...options, program, ...argv]
    this.#child = spawn(command, args, {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, NODE_COMPILE_CACHE: COMPILED, ...env },
      stdio: 'pipe',
    })
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = this.#child[stream]
      if (input === null) throw new Error('a piped stream is there')
      createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', line =>
        this[stream].add(line),
      )
    }
    // A program that ends while it is written to: what it said is what counts.
    this.#child.stdin?.on('error', () => undefined)
    this.#child.once('error', error => this.stderr.add(`not started: ${error.message}`))
    this.closed = new Promise(resolve => {
      this.#child.once('close', (code, signal) => {
        this.#status = signal ?? code ?? -1
        this.stdout.end()
        this.stderr.end()
        resolve(this.#status)
      })
    })
  }

  /** `closed`, with a deadline. */
  ended(): Promise<Status> {
    return within(this.closed, 'its end', () => this.describe())
  }

  /** Undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  get isRunning(): boolean {
    return this.#status === undefined
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  write(text: string): void {
    this.#child.stdin?.write(text)
  }

  endInput(): void {
    this.#child.stdin?.end()
  }

  describe(): string {
    const status = this.isRunning ? 'runs' : `ended: ${this.#status}`
    const last = (lines: readonly string[]) => lines.slice(-200).map(line => `    ${line}`)
    return [
      `${this.#name} (${status})`,
      '  stdout:',
      ...last(this.stdout.items),
      '  stderr:',
      ...last(this.stderr.items),
    ].join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isRunning) return
    this.#child.kill('SIGKILL')
    await this.ended()
  }
}

/** A command from its start to its end; what it was given on stdin is all it gets. */
export async function run(
  argv: readonly string[],
  surroundings: Surroundings,
  input = '',
): Promise<{ readonly status: Status; readonly stdout: string; readonly stderr: string }> {
  await using program = new Program(`chat-room ${argv.join(' ')}`, argv, surroundings)
  program.write(input)
  program.endInput()
  const status = await program.ended()
  return { status, stdout: program.stdout.items.join('\n'), stderr: program.stderr.items.join('\n') }
}
