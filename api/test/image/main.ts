import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { IMAGE } from './container.ts'
import { BASE, ensureBase } from './node-base.ts'
import { podman, STORE, sizeOf } from './podman.ts'

// `npm run test:image`: builds the Dockerfile and runs what comes out as a host would, on Debian, as root, with no Docker
// engine and no registry of images.

const PACKAGES = ['podman', 'runc', 'netavark', 'iptables', 'mmdebstrap', 'ca-certificates']
const ROOT = join(import.meta.dirname, '../../..')

function run(command: string, args: readonly string[]): number {
  process.stdout.write(`$ ${command} ${args.join(' ')}\n`)
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
}

const missing = () =>
  PACKAGES.filter(name => spawnSync('dpkg-query', ['--show', name], { stdio: 'ignore' }).status !== 0)

if (missing().length > 0) {
  process.stdout.write(`Debian\u2019s packages ${missing().join(', ')} are installed now.\n`)
  run('apt-get', ['update', '-qq'])
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing()])
}
if (missing().length > 0 || process.getuid?.() !== 0) {
  process.stderr.write(`test:image needs Debian, root, and its packages ${PACKAGES.join(', ')}\n`)
  process.exit(1)
}
process.stdout.write(
  `Images are kept in ${STORE}: the base ${BASE} is made here once, from Debian and this Node.\n`,
)
await ensureBase()
process.stdout.write(`$ podman build --tag=${IMAGE} ${ROOT}\n`)
await podman('build', '--isolation=chroot', '--pull=never', '--format=docker', `--tag=${IMAGE}`, ROOT)
const megabytes = ((await sizeOf(IMAGE)) - (await sizeOf(BASE))) / 1e6
process.stdout.write(`The room adds ${megabytes.toFixed(1)} MB to its base.\n`)
process.exit(
  run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-concurrency=1',
    ...globSync(join(import.meta.dirname, '*.image.ts')),
  ]),
)
