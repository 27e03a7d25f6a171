import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureLocalCertificates } from '../../../certs/local-certificates.ts'
import { buildIfStale } from '../../build/stale.ts'
import { program as deployed } from '../../build.ts'
import type { Cores } from './cores.ts'
import { ServerProcess } from './server-process.ts'

/** The server as it is deployed, and what it is measured against. */
const PROGRAMS = {
  'chat-room': new URL('../../dist/cli.cjs', import.meta.url),
  /** The same in files that a profile can tell apart. */
  'chat-room-sources': new URL('../../src/cli.ts', import.meta.url),
  'chat-room-in-memory': new URL('../peers/chat-room-in-memory.ts', import.meta.url),
  'ws-broadcast': new URL('../peers/ws-broadcast.ts', import.meta.url),
  'ws-once-a-turn': new URL('../peers/ws-once-a-turn.ts', import.meta.url),
  'hono-broadcast': new URL('../peers/hono-broadcast.ts', import.meta.url),
  'socket-io-broadcast': new URL('../peers/socket-io-broadcast.ts', import.meta.url),
  'ws-relay': new URL('../peers/ws-relay.ts', import.meta.url),
  'tls-pipe': new URL('../peers/tls-pipe.ts', import.meta.url),
} as const

export type ServerName = keyof typeof PROGRAMS

/** The load comes from one address and is to be as fast as the server: what protects a server is out of its way. */
const UNLIMITED = {
  ROOMS: 'many',
  LOG_LEVEL: 'warn',
  LOGIN_BURST: '1000000,1000000',
  MESSAGE_BURST: '1000000',
  MESSAGES_PER_SECOND: '1000000',
  MAX_CONNECTIONS: '100000',
  MAX_CONNECTIONS_PER_ADDRESS: '100000',
}

type StartOptions = {
  readonly data?: string
  readonly cores?: Cores
  /** Variables of its environment. */
  readonly settings?: Readonly<Record<string, string>>
}

const isOurs = (name: ServerName): boolean => name.startsWith('chat-room')

/** Starts servers that share one certificate; their data lies below `directory`. */
export class Servers {
  readonly directory: string
  /** The authority that vouches for all of them, PEM. */
  readonly ca: string
  readonly caPath: string
  readonly #certificate: { readonly cert: string; readonly key: string }
  readonly #profiles: string | undefined

  private constructor(
    directory: string,
    ca: { readonly path: string; readonly pem: string },
    certificate: { readonly cert: string; readonly key: string },
    profiles: string | undefined,
  ) {
    this.directory = directory
    this.ca = ca.pem
    this.caPath = ca.path
    this.#certificate = certificate
    this.#profiles = profiles
  }

  /** `profiles`: where each server leaves a CPU profile when it ends. */
  static async prepare(directory: string, profiles: string | undefined): Promise<Servers> {
    await buildIfStale(deployed)
    const made = await ensureLocalCertificates({
      directory: join(directory, 'certs'),
      names: [],
      now: Date.now(),
    })
    if (!made.ok) throw new Error(made.error.message)
    const { paths } = made.value
    const ca = { path: paths['ca.crt'], pem: await readFile(paths['ca.crt'], 'utf8') }
    return new Servers(directory, ca, { cert: paths['server.crt'], key: paths['server.key'] }, profiles)
  }

  /** On data of its own, unless it is to go on with what another one left in `data`. */
  async start(
    name: ServerName,
    { data, cores = 'server', settings = {} }: StartOptions = {},
  ): Promise<ServerProcess> {
    const { cert, key } = this.#certificate
    const place = { PORT: '0', HTTP_PORT: '0', HOST: '127.0.0.1', TLS_CERT: cert, TLS_KEY: key }
    // What Node has compiled and stripped of types is kept, for all alike.
    const env = { NODE_COMPILE_CACHE: join(this.directory, 'compiled'), ...place, ...settings }
    const isProfiled = name === 'chat-room' && this.#profiles !== undefined
    const program = PROGRAMS[isProfiled ? 'chat-room-sources' : name]
    const argv = [...this.profiling(name), fileURLToPath(program)]
    if (!isOurs(name)) return ServerProcess.start({ argv, env, cores })
    const directory = data ?? (await this.newData())
    return ServerProcess.start({
      argv: [...argv, 'serve'],
      env: { ...UNLIMITED, ...env, DATA_DIR: directory },
      cores,
    })
  }

  /** Arguments of `node` that have a process leave its profile, if profiles are wanted. */
  profiling(name: string): readonly string[] {
    if (this.#profiles === undefined) return []
    const file = `${name}-${Date.now()}.cpuprofile`
    return ['--cpu-prof', `--cpu-prof-dir=${this.#profiles}`, `--cpu-prof-name=${file}`]
  }

  newData(): Promise<string> {
    return mkdtemp(join(this.directory, 'data-'))
  }
}
