import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Makes a database of certificates as Chromium and Firefox keep it; with an authority in it, they trust what that one signs. */
export async function makeNssDatabase(directory: string, authority: string | undefined): Promise<void> {
  await mkdir(directory, { recursive: true })
  const database = ['-d', `sql:${directory}`]
  await run('certutil', ['-N', '--empty-password', ...database])
  if (authority === undefined) return
  // C: it may vouch for servers.
  await run('certutil', ['-A', '-n', 'room', '-t', 'C,,', '-i', authority, ...database])
}

/** All that this system trusts by itself. */
export const SYSTEM_BUNDLE = '/etc/ssl/certs/ca-certificates.crt'

/** What WebKitGTK trusts is the system's. This is that, and one authority more. */
export async function makeBundle(path: string, authority: string | undefined): Promise<void> {
  const files = [SYSTEM_BUNDLE, ...(authority === undefined ? [] : [authority])]
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')))
  await writeFile(path, texts.join('\n'))
}

/** The directory that a process is to be given as its home, so that it keeps everything there. */
export async function makeHome(directory: string): Promise<Readonly<Record<string, string>>> {
  const home = join(directory, 'home')
  await mkdir(home, { recursive: true })
  return { HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home, TMPDIR: home }
}
