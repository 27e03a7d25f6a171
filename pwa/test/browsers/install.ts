import { execFileSync, spawnSync } from 'node:child_process'
import { access, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LIGHTHOUSE, LIGHTHOUSE_CACHE, LIGHTHOUSE_PACKAGE } from './rig/lighthouse.ts'

/**
 * Installs what `npm run test:browsers` needs and `npm ci` does not bring: browsers from Debian, into the system, and
 * Lighthouse from npm, into the cache of whoever runs it. What is there already is left as it is.
 */

const PACKAGES = [
  'chromium',
  'firefox-esr',
  // WebKit, its driver, and what the browser of our own is written in.
  'webkit2gtk-driver',
  'gir1.2-webkit2-4.1',
  'python3-gi',
  'glib-networking',
  'xvfb',
  // certutil, by which Chromium and Firefox are told whom to trust.
  'libnss3-tools',
  'fonts-dejavu-core',
]

function isInstalled(name: string): boolean {
  return String(spawnSync('dpkg', ['--status', name]).stdout).includes('\nStatus: install ok installed\n')
}

function installPackages(): void {
  if (spawnSync('dpkg', ['--version']).status !== 0) fail('This is for Debian: there is no dpkg here.')
  const missing = PACKAGES.filter(name => !isInstalled(name))
  if (missing.length === 0) return
  const install = ['install', '--yes', '--no-install-recommends', ...missing]
  if (process.getuid?.() !== 0) fail(`As root, run: apt-get update && apt-get ${install.join(' ')}`)
  console.log(`Installing from Debian: ${missing.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update', '--quiet'], install])
    execFileSync('apt-get', args, { env, stdio: 'inherit' })
}

async function installLighthouse(): Promise<void> {
  const isThere = await access(LIGHTHOUSE).then(
    () => true,
    () => false,
  )
  if (isThere) return
  console.log(`Installing Lighthouse from npm into ${LIGHTHOUSE_CACHE}`)
  await mkdir(LIGHTHOUSE_CACHE, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(join(LIGHTHOUSE_PACKAGE, name), join(LIGHTHOUSE_CACHE, name))
  }
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: LIGHTHOUSE_CACHE,
    stdio: 'inherit',
  })
}

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}

installPackages()
await installLighthouse()
