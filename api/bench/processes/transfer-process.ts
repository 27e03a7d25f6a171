import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { NodeProcess, spawnNode } from './node-process.ts'

const PROGRAM = fileURLToPath(new URL('../clients/endless-transfer.ts', import.meta.url))

/** Two members in a process of their own that move files through a relay, as fast as it goes. */
export class TransferProcess extends NodeProcess {
  readonly #say: (line: string) => void
  readonly #lines: AsyncIterator<string>

  private constructor(child: ReturnType<typeof spawnNode>) {
    super(child)
    this.#say = line => child.stdin.write(`${line}\n`)
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  /** Resolves when both are in a room of their own. */
  static async enter(url: URL, caPath: string): Promise<TransferProcess> {
    const argv = [PROGRAM, url.href, caPath]
    const transfer = new TransferProcess(spawnNode({ argv, env: {}, cores: 'load' }))
    await transfer.#hear()
    return transfer
  }

  start(): void {
    this.#say('start')
  }

  /** The MB/s since `start`. */
  async stop(): Promise<number> {
    this.#say('stop')
    return Number(await this.#hear())
  }

  async #hear(): Promise<string> {
    const line = await this.#lines.next()
    if (line.done === true) throw new Error('the process that moves files ended')
    return line.value
  }
}
