import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Cores } from './cores.ts'
import { NodeProcess, spawnNode } from './node-process.ts'

/** A part of the load in a process of its own, which does what it is told by lines and answers by lines. */
export class ToldProcess extends NodeProcess {
  readonly #say: (line: string) => void
  readonly #lines: AsyncIterator<string>

  private constructor(child: ReturnType<typeof spawnNode>) {
    super(child)
    this.#say = line => child.stdin.write(`${line}\n`)
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  /** Resolves when it has said its first line: it is ready. */
  static async start(program: URL, argv: readonly string[], cores: Cores): Promise<ToldProcess> {
    const told = new ToldProcess(spawnNode({ argv: [fileURLToPath(program), ...argv], env: {}, cores }))
    await told.#hear()
    return told
  }

  tell(line: string): void {
    this.#say(line)
  }

  async ask(line: string): Promise<string> {
    this.#say(line)
    return this.#hear()
  }

  async #hear(): Promise<string> {
    const line = await this.#lines.next()
    if (line.done === true) throw new Error('a part of the load ended')
    return line.value
  }
}
