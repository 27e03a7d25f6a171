import { access, constants, lstat, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Finding, fine, problem, warning } from './finding.ts'

/** Below this, what is said is soon refused for want of room. */
const LITTLE_ROOM = 256 * 2 ** 20
const MIB = 2 ** 20

export type DataPlace = {
  readonly dataDirectory: string
  /** Undefined where keys are not ours. */
  readonly certsDirectory: string | undefined
  readonly segmentQuota: number
}

/** The directories that the server writes: that it can, that nobody else reads what is secret, and how much room there is. */
export async function checkData({
  dataDirectory,
  certsDirectory,
  segmentQuota,
}: DataPlace): Promise<readonly Finding[]> {
  const place = await existing(dataDirectory)
  const findings = [await checkWritable(dataDirectory, place), await checkRoom(place, segmentQuota)]
  for (const directory of [dataDirectory, certsDirectory]) {
    if (directory !== undefined) findings.push(...(await checkPrivacy(directory)))
  }
  return findings
}

/** The directory, or that in which it would be made. */
async function existing(directory: string): Promise<string> {
  for (let at = directory; ; at = dirname(at)) {
    if (
      await stat(at).then(
        each => each.isDirectory(),
        () => false,
      )
    )
      return at
    if (dirname(at) === at) return at
  }
}

async function checkWritable(directory: string, place: string): Promise<Finding> {
  try {
    await access(place, constants.W_OK | constants.X_OK)
    return fine(place === directory ? `${directory} can be written to` : `${directory} can be made`)
  } catch {
    const user = process.getuid === undefined ? 'its user' : `the user ${process.getuid()}`
    return problem(`${place} cannot be written to`, `let ${user} own it, or give another DATA_DIR`)
  }
}

async function checkRoom(place: string, quota: number): Promise<Finding> {
  const { bavail, bsize } = await statfs(place)
  const free = bavail * bsize
  const told = `${Math.floor(free / MIB)} MiB are free at ${place}`
  if (free < LITTLE_ROOM) return problem(told, 'make room, or give another DATA_DIR')
  if (free >= quota) return fine(told)
  return warning(
    `${told}, less than SEGMENT_QUOTA (${Math.floor(quota / MIB)} MiB)`,
    'give a smaller SEGMENT_QUOTA, so that files do not take the room that messages need',
  )
}

/** What is only for its owner: keys, the setup secret, the database. Sockets and directories are so by their own place. */
const SECRET = /\.key$|\.pem$|^opaque-server-setup$|^chat-room\.db/

async function checkPrivacy(directory: string): Promise<readonly Finding[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const secrets = entries.filter(entry => entry.isFile() && SECRET.test(entry.name))
  const findings: Finding[] = []
  for (const { parentPath, name } of secrets) {
    const path = join(parentPath, name)
    const mode = (await lstat(path)).mode & 0o777
    if ((mode & 0o077) === 0) continue
    findings.push(problem(`others on this host can read ${path} (${mode.toString(8)})`, `chmod 600 ${path}`))
  }
  if (findings.length === 0 && secrets.length > 0) {
    findings.push(fine(`what is secret in ${directory} is for its owner alone`))
  }
  return findings
}
