import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Images, containers and volumes of these tests alone: beside those that the machine has, and out of their way. */
export const STORE = '/var/tmp/chat-room-images'

const run = promisify(execFile)

/** Podman without a daemon, and without what a machine may have set up for its own containers. */
function settings(): Readonly<Record<string, string>> {
  mkdirSync(STORE, { recursive: true })
  const registries = join(STORE, 'registries.conf')
  writeFileSync(registries, 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "disabled"\n')
  const containers = join(STORE, 'containers.conf')
  // runc runs on more kinds of control groups than crun. Limits are named since raising them is not always allowed.
  writeFileSync(
    containers,
    `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
`,
  )
  return { CONTAINERS_REGISTRIES_CONF: registries, CONTAINERS_CONF: containers }
}

const env = { ...process.env, ...settings() }
const PLACES = [
  `--root=${STORE}/graph`,
  `--runroot=${STORE}/run`,
  `--tmpdir=${STORE}/tmp`,
  '--storage-driver=overlay',
]

const ask = (args: readonly string[]) =>
  run('podman', [...PLACES, ...args], { env, maxBuffer: 64 * 1_024 * 1_024 })

/** What it prints, without the last line end. Fails with what it complains of. */
export async function podman(...args: readonly string[]): Promise<string> {
  return (await ask(args)).stdout.trimEnd()
}

/** What a container wrote to stderr, line by line. */
export async function errorLines(container: string): Promise<readonly string[]> {
  return (await ask(['logs', container])).stderr.trimEnd().split('\n')
}

/** What it prints in JSON, of whatever shape the caller says. */
export async function podmanJson<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await podman(...args))
}

/** Bytes of an image, its base included. */
export async function sizeOf(image: string): Promise<number> {
  return Number(await podman('image', 'inspect', '--format', '{{.Size}}', image))
}
