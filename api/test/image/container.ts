import { readFile } from 'node:fs/promises'
import { freePort } from '../scenarios/rig/free-port.ts'
import { podman } from './podman.ts'

export const IMAGE = 'localhost/chat-room:test'

export type ContainerOptions = {
  /** The name of the volume at /data. */
  readonly volume: string
  readonly env?: Readonly<Record<string, string>>
}

/** One that runs as hosts are advised to: nothing writable but its volume, no capability, bounded; and no shell at all. */
const CONFINEMENT = [
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--memory=512m',
  '--pids-limit=200',
  '--volume=/dev/null:/usr/bin/dash:ro',
  '--volume=/dev/null:/usr/bin/bash:ro',
]

export class Container implements AsyncDisposable {
  readonly id: string
  readonly #pid: string
  /** On the loopback of this machine. */
  readonly port: number
  readonly httpPort: number

  private constructor(id: string, pid: string, port: number, httpPort: number) {
    this.id = id
    this.#pid = pid
    this.port = port
    this.httpPort = httpPort
  }

  static async run({ volume, env = {} }: ContainerOptions): Promise<Container> {
    const [port, httpPort] = [await freePort(), await freePort()]
    const id = await podman(
      'run',
      '--detach',
      '--pull=never',
      '--health-interval=disable',
      ...CONFINEMENT,
      `--publish=127.0.0.1:${port}:8443`,
      `--publish=127.0.0.1:${httpPort}:8080`,
      `--volume=${volume}:/data`,
      ...Object.entries({ PUBLIC_PORT: String(port), ...env }).map(
        ([name, value]) => `--env=${name}=${value}`,
      ),
      IMAGE,
    )
    const pid = await podman('inspect', '--format', '{{.State.Pid}}', id)
    return new Container(id, pid, port, httpPort)
  }

  /** Fails if it is not well. */
  async checkHealth(): Promise<void> {
    await podman('healthcheck', 'run', this.id)
  }

  async command(...args: readonly string[]): Promise<string> {
    return await podman('exec', this.id, ...args)
  }

  /** Milliseconds of a core that its first process took until now. */
  async processorTime(): Promise<number> {
    const stat = await readFile(`/proc/${this.#pid}/stat`, 'utf8')
    // After the name, which may have anything in it: proc(5) counts utime as field 14, stime as 15, in ticks of 10 ms.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }

  /** As a host ends it, with SIGTERM; resolves to its exit status. */
  async stop(): Promise<number> {
    await podman('stop', '--time=30', this.id)
    return Number(await podman('inspect', '--format', '{{.State.ExitCode}}', this.id))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await podman('rm', '--force', '--time=0', this.id)
  }
}
