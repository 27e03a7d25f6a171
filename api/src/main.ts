import { rm } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureLocalCertificates } from '../../certs/local-certificates.ts'
import { certsDirectory } from './certs-directory.ts'
import { complain, failed, print, readConfig } from './command-line.ts'
import { describeConfig } from './config.ts'
import { createLogger } from './edge/log.ts'
import { type RunningServer, startServer } from './server.ts'
import { resetRooms } from './store/sqlite/reset-rooms.ts'
import { welcome } from './welcome.ts'

/** The server's commands; those that speak to a running one are in `commands`. Each resolves to the exit status. */

/** An orderly end has this long, in milliseconds; then the process ends whatever is open. */
const SHUTDOWN_PATIENCE = 4_500

export async function serve(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) return print(describeConfig())
  const config = readConfig(argv)
  if (config === undefined) return 2
  // Logs are for machines and go to stderr; what a person reads is on stdout.
  const log = createLogger(config.logLevel, { write: line => void process.stderr.write(line) })
  const stopping = nextSignal()
  let server: RunningServer
  try {
    server = await startServer(config, log)
  } catch (error) {
    return failed(error)
  }
  // Drawn for people alone, and the library is loaded for them alone.
  const drawQrCode = process.stdout.isTTY ? (await import('./qr-code.ts')).drawQrCode : undefined
  print(welcome({ ...server, config, host: hostname(), interfaces: networkInterfaces(), drawQrCode }))
  const { port, httpPort, metricsPort, certificate } = server
  log.info(
    { port, httpPort, metricsPort, tls: config.tls.mode, fingerprint: certificate?.fingerprint },
    'the room is open',
  )

  const signal = await stopping
  log.info({ signal }, 'shutting down')
  const late = setTimeout(() => {
    log.error('the orderly end took too long')
    process.exit(1)
  }, SHUTDOWN_PATIENCE)
  await server.close()
  clearTimeout(late)
  log.info('done')
  return 0
}

export async function reset(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) return print(RESET_USAGE)
  const isSure = argv.includes('--yes')
  const config = readConfig(argv.filter(argument => argument !== '--yes'))
  if (config === undefined) return 2
  const { dataDirectory } = config
  if (!isSure && !(await confirmReset(dataDirectory))) {
    return complain('nothing was reset', 1)
  }
  try {
    resetRooms(dataDirectory)
    await rm(join(dataDirectory, 'segments'), { recursive: true, force: true })
  } catch (error) {
    return failed(error)
  }
  return print(
    'The password, the members, the log and all files on their way are forgotten. Members join with --forget once.\n',
  )
}

export async function certs(argv: readonly string[]): Promise<number> {
  let options: { dir?: string; name?: string[]; rsa?: boolean; help?: boolean }
  try {
    options = parseArgs({
      args: [...argv],
      options: {
        dir: { type: 'string' },
        name: { type: 'string', multiple: true },
        rsa: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    return complain(`${(error as Error).message}\n${CERTS_USAGE}`, 2)
  }
  if (options.help) return print(CERTS_USAGE)
  const directory = options.dir ?? certsDirectory(process.env)
  try {
    const made = await ensureLocalCertificates({
      directory,
      names: options.name ?? [],
      ...(options.rsa ? { algorithm: 'rsa' } : {}),
      now: Date.now(),
    })
    if (!made.ok) return complain(made.error.message, made.error.reason === 'bad-name' ? 2 : 1)
    const { written, names, leftOut, paths, authority, server } = made.value
    const lines = [
      written.length === 0
        ? `Nothing to do in ${directory}.`
        : `Written to ${directory}: ${written.join(', ')}`,
      `Names     ${names.join(', ')}`,
      ...(leftOut.length > 0
        ? [`Left out  ${leftOut.join(', ')}: the authority may not vouch for them`]
        : []),
      `Server    ${server.fingerprint}, until ${new Date(server.notAfter).toISOString().slice(0, 10)}`,
      `Authority ${authority.fingerprint}`,
      `Devices that are to trust it need ${paths['ca.crt']}`,
    ]
    return print(`${lines.join('\n')}\n`)
  } catch (error) {
    return failed(error)
  }
}

const RESET_USAGE = `chat-room reset [--yes] [--data-dir DIR]
Forgets the password, the members, the log and all files on their way, after asking. End the server first.
Each member then joins once with --forget.
`

const CERTS_USAGE = `chat-room certs [--dir DIR] [--name HOST]... [--rsa]
Makes a local authority and a server certificate for this machine's names and addresses, and those given.
`

async function confirmReset(directory: string): Promise<boolean> {
  const question = `This forgets the password, the members, the log and all files in ${directory}, for good. Type "reset" to go on: `
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const ended = new Promise<string>(resolve => terminal.once('close', () => resolve('')))
    return (await Promise.race([terminal.question(question), ended])).trim() === 'reset'
  } finally {
    terminal.close()
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}
