import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { podman, STORE } from './podman.ts'

/** What the Dockerfile begins with. */
export const BASE = 'docker.io/library/node:24-slim'

const run = promisify(execFile)

/**
 * Stands in for the official image where no registry of images is within reach: Debian's smallest system, the Node that
 * runs this, and the npm that was called. Made once and kept; good for tests, and never to be published.
 */
export async function ensureBase(): Promise<void> {
  if (await isThere(BASE)) return
  const npm = process.env['npm_execpath']
  if (npm === undefined) throw new Error('run this by npm: its own files go into the base')
  const work = await mkdtemp(join(STORE, 'base-'))
  try {
    const system = join(work, 'system.tar')
    await run('mmdebstrap', [
      '--quiet',
      '--variant=minbase',
      '--include=ca-certificates',
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--aptopt=Acquire::Languages "none"',
      'bookworm',
      system,
      'http://deb.debian.org/debian',
    ])
    await podman('import', system, 'localhost/chat-room-test-system')
    await describeBase(work, dirname(dirname(npm)))
    await podman('build', '--isolation=chroot', '--pull=never', `--tag=${BASE}`, work)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function isThere(image: string): Promise<boolean> {
  return await podman('image', 'exists', image).then(
    () => true,
    () => false,
  )
}

/** @param npm Directory of its package. */
async function describeBase(work: string, npm: string): Promise<void> {
  const bin = join(work, 'bin')
  await mkdir(bin)
  await run('cp', ['--dereference', process.execPath, join(bin, 'node')])
  await run('cp', ['--recursive', '--dereference', npm, join(work, 'npm')])
  // npm in the build trusts what this machine trusts, and asks the registry that it asks.
  const authorities = '/etc/ssl/certs/ca-certificates.crt'
  await run('cp', ['--dereference', authorities, join(work, 'authorities.crt')])
  const { stdout: registry } = await run('npm', ['config', 'get', 'registry'])
  await writeFile(join(work, 'npmrc'), `cafile=${authorities}\nregistry=${registry.trim()}\n`)
  await writeFile(
    join(work, 'Containerfile'),
    `FROM localhost/chat-room-test-system
COPY bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY authorities.crt ${authorities}
COPY npmrc /usr/local/etc/npmrc
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
 && chmod +x /usr/local/lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/node \\
 && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["node"]
`,
  )
}
