import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { freePort } from '../scenarios/rig/free-port.ts'
import { Transcript } from '../scenarios/rig/transcript.ts'

export type PebbleOptions = {
  /** Its files are kept here. */
  readonly directory: string
  /** Where it looks for the answers to its challenges, on the loopback. */
  readonly tlsPort: number
  readonly httpPort: number
  /** Seconds that its certificates are good for. */
  readonly lifetime?: number
  /** Percent of good nonces that it refuses. */
  readonly refusedNonces?: number
  /** Percent of valid authorizations that it takes again. */
  readonly reusedAuthorizations?: number
  /** The port to listen on, of one that was ended. */
  readonly port?: number
}

/** A certificate authority on the loopback, which takes every name for this machine. */
export class Pebble implements AsyncDisposable {
  readonly #children: readonly ChildProcess[]
  readonly #management: string
  readonly output: Transcript<string>
  readonly port: number
  /** URL for ACME_DIRECTORY. */
  readonly url: string
  /** The authority of its own TLS: what a client has to trust to speak with it. */
  readonly caPath: string

  private constructor(
    children: readonly ChildProcess[],
    { port, management, caPath }: { port: number; management: number; caPath: string },
  ) {
    this.#children = children
    this.#management = `https://localhost:${management}`
    this.port = port
    this.url = `https://localhost:${port}/dir`
    this.caPath = caPath
    this.output = new Transcript(() => this.output.items.slice(-100).join('\n'))
    for (const { stdout } of children) {
      if (stdout !== null) createInterface({ input: stdout }).on('line', line => this.output.add(line))
    }
  }

  static async start(options: PebbleOptions): Promise<Pebble> {
    const { directory, tlsPort, httpPort, lifetime, refusedNonces = 5, reusedAuthorizations = 0 } = options
    await mkdir(directory, { recursive: true })
    const made = await ensureLocalCertificates({ directory, names: [], now: Date.now() })
    if (!made.ok) throw new Error(made.error.message)
    const { paths } = made.value
    const port = options.port ?? (await freePort())
    const management = await freePort()
    const dns = await freePort()
    const pebble = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: paths['server.crt'],
      privateKey: paths['server.key'],
      httpPort,
      tlsPort,
      ...(lifetime === undefined ? {} : { certificateValidityPeriod: lifetime }),
    }
    const config = join(directory, 'pebble.json')
    await writeFile(config, JSON.stringify({ pebble }))
    const env = {
      ...process.env,
      PEBBLE_VA_NOSLEEP: '1',
      PEBBLE_WFE_NONCEREJECT: String(refusedNonces),
      PEBBLE_AUTHZREUSE: String(reusedAuthorizations),
    }
    const start = (command: string, ...args: string[]) =>
      spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const off = ['http01', 'https01', 'tlsalpn01'].flatMap(name => [`-${name}`, ''])
    const names = start(
      'pebble-challtestsrv',
      ...off,
      '-dns01',
      `127.0.0.1:${dns}`,
      '-defaultIPv6',
      '',
      '-management',
      `127.0.0.1:${await freePort()}`,
    )
    const authority = start('pebble', '-config', config, '-dnsserver', `127.0.0.1:${dns}`, '-strict')
    const started = new Pebble([names, authority], { port, management, caPath: paths['ca.crt'] })
    await started.output.take('that it listens', line => /Listening on: /.test(line))
    await started.root()
    return started
  }

  /** What its certificates lead to: another one each time that it starts. */
  async root(): Promise<string> {
    const ca = await readFile(this.caPath)
    const asked = request(`${this.#management}/roots/0`, { ca, agent: false }).end()
    const [response] = await once(asked, 'response')
    response.setEncoding('utf8')
    return (await response.toArray()).join('')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  }
}
