import { randomBytes } from 'node:crypto'
import { constants, type Dirent } from 'node:fs'
import { access, chmod, copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { failure, ok, type Result } from '@chat-room/protocol'
import { readIfThere, replacePrivateFile } from '../edge/private-file.ts'
import { hashSetup } from '../edge/server-setup.ts'
import { copyTransfers } from '../store/segments/copy-transfers.ts'
import { prepareRestored } from '../store/sqlite/prepare-restored.ts'
import { CERTS_BACKUP, DATABASE_BACKUP, SEGMENTS_BACKUP, SETUP_BACKUP } from './backup-layout.ts'

export type RestoreOptions = {
  readonly backup: string
  /** Where the backup's secrets are, if they are not in place already. */
  readonly secrets: string | undefined
  readonly dataDirectory: string
  readonly certsDirectory: string | undefined
  /** As the environment gives it. */
  readonly setup: string | undefined
}

export type Restored = { readonly rooms: number; readonly transfers: number }

/**
 * Puts a backup in place where there is no data. The database comes last: until it is there, there is no data, and
 * whatever failed can be tried again. The error is a line for the operator.
 */
export async function restore(options: RestoreOptions): Promise<Result<Restored, string>> {
  const { backup, dataDirectory } = options
  if (!(await isThere(join(backup, DATABASE_BACKUP)))) return failure(`${backup} holds no backup`)
  const stranger = (await strangerBelow(backup)) ?? (await strangerBelow(options.secrets))
  if (stranger !== undefined) return failure(`${stranger} is no file: a backup has no links`)
  const target = join(dataDirectory, DATABASE_BACKUP)
  if (await isThere(target)) {
    return failure(`there is data in ${dataDirectory} already: end the server, and move it away first`)
  }
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const setup = await setupOf(options)
  if (setup === undefined) return failure(NO_SETUP)

  const draft = `${target}.unfinished-${randomBytes(4).toString('hex')}`
  try {
    await copyFile(join(backup, DATABASE_BACKUP), draft, constants.COPYFILE_EXCL)
    await chmod(draft, 0o600)
    const prepared = prepare(draft, hashSetup(setup))
    if (!prepared.ok) return prepared
    await restoreSecrets(options, setup)
    const segments = join(dataDirectory, 'segments')
    await rm(segments, { recursive: true, force: true })
    const transfers = await copyTransfers(join(backup, SEGMENTS_BACKUP), segments)
    await rename(draft, target)
    return ok({ rooms: prepared.value, transfers })
  } finally {
    for (const suffix of ['', '-wal', '-journal']) await rm(`${draft}${suffix}`, { force: true })
  }
}

function prepare(file: string, setupHash: string): Result<number, string> {
  const db = new DatabaseSync(file)
  try {
    return prepareRestored(db, setupHash)
  } finally {
    db.close()
  }
}

/** What the server will have: given, or in place, or in the backup. */
async function setupOf({ setup, secrets, dataDirectory }: RestoreOptions): Promise<string | undefined> {
  const stored = secrets === undefined ? undefined : await readIfThere(join(secrets, SETUP_BACKUP))
  return (setup ?? (await readIfThere(setupPath(dataDirectory))) ?? stored)?.trim()
}

async function restoreSecrets(
  { secrets, dataDirectory, certsDirectory, setup: given }: RestoreOptions,
  setup: string,
): Promise<void> {
  if (given === undefined) await replacePrivateFile(setupPath(dataDirectory), `${setup}\n`)
  if (secrets === undefined || certsDirectory === undefined) return
  const certs = join(secrets, CERTS_BACKUP)
  for (const { name, parentPath } of (await entriesBelow(certs)).filter(entry => entry.isFile())) {
    const path = join(parentPath, name)
    const place = join(certsDirectory, relative(certs, path))
    // What is there already was made or obtained since. Keys are private, whatever became of their modes on the way.
    if (!(await isThere(place))) await replacePrivateFile(place, await readFile(path, 'utf8'))
  }
}

/** What is neither a file nor a directory: a link would put whatever it leads to where the room gives it away. */
async function strangerBelow(directory: string | undefined): Promise<string | undefined> {
  if (directory === undefined) return undefined
  const stranger = (await entriesBelow(directory)).find(entry => !entry.isFile() && !entry.isDirectory())
  return stranger && join(stranger.parentPath, stranger.name)
}

const entriesBelow = async (directory: string): Promise<readonly Dirent[]> =>
  (await isThere(directory)) ? await readdir(directory, { recursive: true, withFileTypes: true }) : []

const setupPath = (dataDirectory: string): string => join(dataDirectory, 'secrets', 'opaque-server-setup')

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const NO_SETUP =
  "the rooms cannot be entered without the secret they were made with: name the backup's secrets by --secrets, or give OPAQUE_SERVER_SETUP"
