#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const USAGE = `chat-room serve [--port 8443 ...]     host a room
chat-room join https://host[:port]    enter a room from this terminal
chat-room reset                       forget a room's password, members and log
chat-room certs                       make or show the local certificates
chat-room backup DIRECTORY            copy what a running server keeps
chat-room restore DIRECTORY           put a backup in place
chat-room doctor                      check the configuration and its surroundings
chat-room help                        show this

chat-room join [--json] [--accept all|ask|none] [--no-state] [--forget] [--ca FILE] https://host[:port][/r/<room>]
`

async function dispatch([command, ...argv]: readonly string[]): Promise<number> {
  switch (command) {
    case 'serve':
      return (await import('./main.ts')).serve(argv)
    case 'reset':
      return (await import('./main.ts')).reset(argv)
    case 'certs':
      return (await import('./main.ts')).certs(argv)
    case 'backup':
      return (await import('./commands/backup.ts')).backup(argv)
    case 'restore':
      return (await import('./commands/restore.ts')).restore(argv)
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(argv)
    case 'join':
      return await join(argv)
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE)
      return 0
    default:
      process.stderr.write(
        `chat-room: ${command === undefined ? 'a command is missing' : `there is no command ${JSON.stringify(command)}`}\n\n${USAGE}`,
      )
      return 2
  }
}

async function join(argv: readonly string[]): Promise<number> {
  const { JOIN_HELP, JOIN_USAGE, parseJoinOptions } = await import('./terminal/join-options.ts')
  if (argv.includes('--help')) {
    process.stdout.write(JOIN_HELP)
    return 0
  }
  const options = parseJoinOptions(argv)
  if (!options.ok) {
    process.stderr.write(`chat-room: ${options.error}\nUsage: ${JOIN_USAGE}\n`)
    return 2
  }
  hideExperiments()
  const { runTerminal } = await import('./terminal/join.ts')
  const { systemClock } = await import('./terminal/clock.ts')
  const { startDirectory } = await import('./terminal/start-directory.ts')
  const { certsDirectory } = await import('./certs-directory.ts')
  return await runTerminal(
    options.value,
    {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      cwd: startDirectory(process.env, process.cwd()),
      clock: systemClock,
      onSignal(signal, callback) {
        process.on(signal, callback)
        return () => process.off(signal, callback)
      },
    },
    { localAuthority: resolve(certsDirectory(process.env), 'ca.crt') },
  )
}

/** Node says of ML-KEM in WebCrypto that it may change: nothing that a person in a room can do anything about. */
function hideExperiments(): void {
  process.removeAllListeners('warning')
  process.on('warning', warning => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`)
  })
}

// A third of a cold start is compiling. The cache lies where the code does: who may write there may change that, too.
// Where nobody may, there is none.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/chat-room', import.meta.url)))

// No `await` out here: bundled, this is CommonJS.
void dispatch(process.argv.slice(2)).then(status => process.exit(status))
