import { createHash } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes, DeviceMemory, Slot } from '@chat-room/client'
import { errnoOf } from '../errno.ts'
import { BY_PASSWORD_ALONE } from './by-password-alone.ts'
import { createJournal } from './journal.ts'
import { type FileLock, lockFile } from './slot-lock.ts'

/** What this device remembers, in files of one directory (0700, files 0600) whose names tell nothing. */
export async function createDeviceMemory(directory: string): Promise<DeviceMemory> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const place = (...named: readonly string[]) => join(directory, opaqueName(named))

  return {
    async knows(room) {
      return (await readIfThere(`${place(room)}.room`)) !== undefined
    },
    async remember(room) {
      await (await open(`${place(room)}.room`, 'a', 0o600)).close()
    },
    async forget(room) {
      await rm(`${place(room)}.room`, { force: true })
    },
    async openSlot(room, name) {
      const lock = await lockFile(`${place(room, name)}.lock`)
      return lock && createSlot(`${place(room, name)}.slot`, lock)
    },
    openJournal: (room, name) => Promise.resolve(createJournal(`${place(room, name)}.journal`)),
    ...BY_PASSWORD_ALONE,
  }
}

const opaqueName = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

function createSlot(path: string, lock: FileLock): Slot {
  let isOpen = true
  let newest: Bytes | undefined
  let writing: Promise<void> | undefined
  let next: Promise<void> | undefined

  async function replace(): Promise<void> {
    next = undefined
    const bytes = newest
    if (bytes === undefined) return
    const temporary = `${path}.new`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      // Without it a power cut after the renaming could leave a name without content.
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  }

  function mustBeOpen(): void {
    if (!isOpen) throw new Error('this slot was let go of')
  }

  async function end(last: () => Promise<void>, letGo: () => Promise<void>): Promise<void> {
    if (!isOpen) return
    isOpen = false
    await Promise.allSettled([writing, next])
    try {
      await last()
    } finally {
      await letGo()
    }
  }

  return {
    async read() {
      mustBeOpen()
      return await readIfThere(path)
    },
    async write(bytes) {
      mustBeOpen()
      newest = bytes
      // Contents that come while one is being written wait together: only the newest of them is worth a disk's time.
      next ??= (writing ?? Promise.resolve()).catch(() => {}).then(() => (writing = replace()))
      await next
    },
    clear: () =>
      end(async () => {
        await rm(path, { force: true })
        await rm(`${path}.new`, { force: true })
      }, lock.remove),
    release: () => end(() => Promise.resolve(), lock.release),
  }
}

async function readIfThere(path: string): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
