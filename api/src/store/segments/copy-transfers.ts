import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTransferDirectory } from './disk-segment-store.ts'
import { DATA_FILE, RECORD_FILE, TABLE_FILE } from './disk-transfer.ts'
import { SLOT_RECORD_BYTES } from './slot-table.ts'

/**
 * Copies the transfers of a directory into another, which is made, while a server writes to the first. File systems that
 * can share the blocks of a file until one is written do so.
 *
 * @returns How many there are.
 */
export async function copyTransfers(from: string, into: string, signal?: AbortSignal): Promise<number> {
  await mkdir(into, { mode: 0o700 })
  const names = await orElse(readdir(from), [])
  let copied = 0
  for (const name of names.filter(isTransferDirectory)) {
    signal?.throwIfAborted()
    if (await copyTransfer(join(from, name), join(into, name))) copied++
  }
  return copied
}

/** False: it ended meanwhile. */
async function copyTransfer(from: string, into: string): Promise<boolean> {
  await mkdir(into, { mode: 0o700 })
  try {
    const before = await orElse(readFile(join(from, TABLE_FILE)), NOTHING)
    await copyFile(join(from, DATA_FILE), join(into, DATA_FILE), constants.COPYFILE_FICLONE).catch(unlessGone)
    const after = await orElse(readFile(join(from, TABLE_FILE)), NOTHING)
    await writeFile(join(into, TABLE_FILE), unchanged(before, after), { mode: 0o600 })
    await copyFile(join(from, RECORD_FILE), join(into, RECORD_FILE))
    return true
  } catch (error) {
    await rm(into, { recursive: true, force: true })
    return unlessGone(error)
  }
}

/**
 * A slot is marked after its data was written and cleared before it is written again: what both tables say alike was
 * there all the time that the data was copied. The rest is left out, and is wanted from its sender again.
 */
function unchanged(before: Buffer, after: Buffer): Buffer {
  const kept = Buffer.from(before)
  for (let at = 0; at < kept.length; at += SLOT_RECORD_BYTES) {
    const end = at + SLOT_RECORD_BYTES
    if (!before.subarray(at, end).equals(after.subarray(at, end))) kept.fill(0, at, end)
  }
  return kept
}

const NOTHING = Buffer.alloc(0)

const orElse = <T>(read: Promise<T>, otherwise: T): Promise<T> =>
  read.catch(error => {
    unlessGone(error)
    return otherwise
  })

/** What is not there is no failure. */
function unlessGone(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
  throw error
}
