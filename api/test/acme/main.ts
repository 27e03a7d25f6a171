import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'

// `npm run test:acme`: the room against a real certificate authority, Debian's pebble, which it installs if need be.

const PROGRAMS = ['pebble', 'pebble-challtestsrv']
const missing = () =>
  PROGRAMS.filter(name => spawnSync(name, ['-h'], { stdio: 'ignore' }).error !== undefined)

function run(command: string, args: readonly string[]): number {
  process.stdout.write(`$ ${command} ${args.join(' ')}\n`)
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
}

if (missing().length > 0) {
  process.stdout.write(
    'Debian\u2019s package "pebble", a certificate authority for tests, is installed now.\n',
  )
  run('apt-get', ['update', '-qq'])
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'pebble'])
}
if (missing().length > 0) {
  process.stderr.write(
    `test:acme needs ${missing().join(' and ')}: on Debian, as root, apt-get install pebble\n`,
  )
  process.exit(1)
}
const files = globSync(join(import.meta.dirname, '*.acme.ts'))
process.exit(
  run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-concurrency=1',
    ...files,
  ]),
)
