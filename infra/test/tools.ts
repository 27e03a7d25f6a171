import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * Where the packages are unpacked: beside the machine's own, which are often too old or none. 400 MB, once for each choice of
 * packages.
 */
export const TOOLS = '/var/tmp/chat-room-infra-tools-2'
export const PACKAGES = [
  'docker-compose',
  'podman',
  'cloud-init',
  'kubernetes-client',
  'systemd',
  'prometheus',
]
const SUITE = 'trixie'

/** And from npm, the types of the API of Kubernetes. */
export const TYPES: string = join(TOOLS, 'types')
export const TYPES_PACKAGE = 'kubernetes-types@1.30.0'

const INFRA = join(import.meta.dirname, '..')
const AUTHORITIES = 'etc/ssl/certs/ca-certificates.crt'

function install(name: string): void {
  const run = (...args: readonly string[]) => {
    const { status } = spawnSync('apt-get', [...args, '-qq'], { stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed`)
  }
  process.stdout.write(`Debian\u2019s package ${name}, which does that, is installed now.\n`)
  run('update')
  run('install', '-y', '--no-install-recommends', name)
}

/** @throws Error when packages cannot be had. */
export function ensureTools(): void {
  if (existsSync(TOOLS)) return
  if (spawnSync('mmdebstrap', ['--version']).error !== undefined) install('mmdebstrap')
  const draft = mkdtempSync(`${TOOLS}-`)
  try {
    const { status } = spawnSync(
      'mmdebstrap',
      [
        '--quiet',
        // Unpacked and no more: nothing of them is set up, and no script of theirs runs.
        '--variant=extract',
        '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
        `--include=${PACKAGES.join(',')}`,
        SUITE,
        draft,
        'http://deb.debian.org/debian',
      ],
      // Its hook tells each of its steps.
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    if (status !== 0) throw new Error('mmdebstrap failed')
    // systemd-analyze wants to keep something there.
    mkdirSync(join(draft, 'run/systemd'), { recursive: true })
    // cloud-init loads them as it starts, though it asks nobody.
    mkdirSync(join(draft, 'etc/ssl/certs'), { recursive: true })
    copyFileSync(join('/', AUTHORITIES), join(draft, AUTHORITIES))
    const types = [
      'install',
      '--no-save',
      '--silent',
      `--prefix=${join(draft, relative(TOOLS, TYPES))}`,
      TYPES_PACKAGE,
    ]
    if (spawnSync('npm', types, { stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0)
      throw new Error('npm failed')
    renameSync(draft, TOOLS)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

export type Outcome = { readonly status: number; readonly stdout: string; readonly stderr: string }

/** Runs one of the tools where they are, on a copy of a directory of infra/, its working directory. */
export class Workplace implements Disposable {
  readonly #outside: string

  constructor(...directories: readonly string[]) {
    this.#outside = mkdtempSync(join(TOOLS, 'tmp/check-'))
    for (const name of directories) {
      cpSync(join(INFRA, name), join(this.#outside, name), { recursive: true })
    }
  }

  /** A file of the copy, as this process sees it. */
  path(...names: readonly string[]): string {
    return join(this.#outside, ...names)
  }

  /** A file of the copy, as the tool sees it. */
  inside(...names: readonly string[]): string {
    return join('/', relative(TOOLS, this.path(...names)))
  }

  run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
    const { status, stdout, stderr, error } = spawnSync('chroot', [TOOLS, program, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      encoding: 'utf8',
    })
    if (error !== undefined) throw error
    return { status: status ?? -1, stdout, stderr }
  }

  [Symbol.dispose](): void {
    rmSync(this.#outside, { recursive: true })
  }
}
