import { randomBytes } from 'node:crypto'
import { cp, mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { failure, ok, type Result } from '@chat-room/protocol'
import { replacePrivateFile } from '../edge/private-file.ts'
import type { ServerSetup } from '../edge/server-setup.ts'
import { copyTransfers } from '../store/segments/copy-transfers.ts'
import type { Backup } from '../store/sqlite-room-store.ts'
import { CERTS_BACKUP, DATABASE_BACKUP, SEGMENTS_BACKUP, SETUP_BACKUP } from './backup-layout.ts'

export type BackupSource = {
  readonly store: Backup
  readonly segmentsDirectory: string
  /** Undefined where the certificate is not ours to keep. */
  readonly certsDirectory: string | undefined
  readonly setup: ServerSetup
  /** What it will take of the disk, about. */
  readonly bytes: () => Promise<number>
}

export type BackupRequest = {
  /** Absolute, and not there yet. */
  readonly directory: string
  /** For what is secret, apart from the rest: who finds the one without the other can guess no password. */
  readonly secrets?: string | undefined
}

export type BackupDone = { readonly transfers: number }

/**
 * Copies rooms and files while the server runs. A directory of that name is a whole backup: it bears another name until
 * it is. The error is a line for the operator; bugs and what the disk does throw.
 */
export async function backUp(
  source: BackupSource,
  { directory, secrets }: BackupRequest,
  signal: AbortSignal,
): Promise<Result<BackupDone, string>> {
  for (const path of [directory, secrets]) {
    if (path !== undefined && (await isThere(path))) {
      return failure(`${path} is there already: a backup is a directory of its own`)
    }
  }
  if (secrets !== undefined && (isWithin(secrets, directory) || isWithin(directory, secrets))) {
    return failure('keep the secrets apart: neither directory may be in the other')
  }
  await using drafts = new AsyncDisposableStack()
  const draft = await openDraft(directory, drafts)
  if (!draft.ok) return draft
  const { bavail, bsize } = await statfs(draft.value)
  const needed = await source.bytes()
  if (bavail * bsize < needed) {
    return failure(`there is not enough room at ${directory}: it takes ${mebibytes(needed)} MiB`)
  }
  const secretDraft = secrets === undefined ? undefined : await openDraft(secrets, drafts)
  if (secretDraft?.ok === false) return secretDraft
  if (secretDraft !== undefined) await copySecrets(source, secretDraft.value)
  // The rooms first: a file that comes after them is merely unknown there, one that were missing would be lost.
  await source.store.backUp(join(draft.value, DATABASE_BACKUP))
  const transfers = await copyTransfers(source.segmentsDirectory, join(draft.value, SEGMENTS_BACKUP), signal)
  if (secrets !== undefined && secretDraft !== undefined) await rename(secretDraft.value, secrets)
  await rename(draft.value, directory)
  return ok({ transfers })
}

async function copySecrets({ setup, certsDirectory }: BackupSource, into: string): Promise<void> {
  await replacePrivateFile(join(into, SETUP_BACKUP), `${setup.secret}\n`)
  if (certsDirectory === undefined) return
  // Of what links lead to: whether they lead anywhere when it is restored, nobody knows.
  await cp(certsDirectory, join(into, CERTS_BACKUP), { recursive: true, dereference: true })
}

/** For its owner alone. Removed in the end, unless it has its final name by then. */
async function openDraft(path: string, drafts: AsyncDisposableStack): Promise<Result<string, string>> {
  const draft = `${path}.unfinished-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(draft, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return failure(
      `no backup can be written to ${path} (${code}): the server makes it, in a directory that is there`,
    )
  }
  drafts.defer(() => rm(draft, { recursive: true, force: true }))
  return ok(draft)
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const isWithin = (path: string, directory: string): boolean => !relative(directory, path).startsWith('..')

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)
