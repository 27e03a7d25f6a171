import { createInterface } from 'node:readline'
import { type NodeCommand, NodeProcess, spawnNode } from './node-process.ts'

/** A server in a process of its own. Its first line on stdout names its URL. */
export class ServerProcess extends NodeProcess {
  /** `https://host:port`. */
  readonly url: URL

  private constructor(child: ConstructorParameters<typeof NodeProcess>[0], url: URL) {
    super(child)
    this.url = url
  }

  static async start(command: NodeCommand): Promise<ServerProcess> {
    const child = spawnNode(command)
    for await (const line of createInterface({ input: child.stdout })) {
      const [url] = /https:\/\/\S+/.exec(line) ?? []
      if (url === undefined) break
      child.stdout.resume()
      return new ServerProcess(child, new URL(url))
    }
    child.kill('SIGKILL')
    throw new Error(`${command.argv.join(' ')} did not say where it listens`)
  }
}
