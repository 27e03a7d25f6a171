import { constants, type FileHandle, open, readFile, rm } from 'node:fs/promises'
import type { Bytes, Journal } from '@chat-room/client'
import { errnoOf } from '../errno.ts'

// What this process appended before is still there: nothing of it is ever overwritten. A link is not followed.
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)

/** A file that grows by records and is made with the first of them. It is not synced: a process may die, not the machine. */
export function createJournal(path: string): Journal {
  let isOpen = true
  let file: Promise<FileHandle> | undefined
  let waiting: Bytes[] = []
  let writing: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  async function write(): Promise<void> {
    next = undefined
    const records = waiting
    waiting = []
    file ??= open(path, FLAGS, 0o600)
    const handle = await file.catch(error => {
      file = undefined
      throw error
    })
    const { size } = await handle.stat()
    try {
      await writeAll(handle, Buffer.concat(records))
    } catch (error) {
      // Half a record would put all that follow it out of step.
      await handle.truncate(size)
      throw error
    }
  }

  function mustBeOpen(): void {
    if (!isOpen) throw new Error('this journal was let go of')
  }

  async function end(): Promise<void> {
    isOpen = false
    await Promise.allSettled([writing, next])
    const handle = await file?.catch(() => undefined)
    file = undefined
    await handle?.close()
  }

  return {
    async read() {
      mustBeOpen()
      await Promise.allSettled([writing, next])
      try {
        return new Uint8Array(await readFile(path))
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return new Uint8Array(0)
        throw error
      }
    },
    async append(bytes) {
      mustBeOpen()
      waiting.push(bytes)
      next ??= writing.catch(() => {}).then(() => (writing = write()))
      await next
    },
    async clear() {
      await end()
      await rm(path, { force: true })
    },
    release: end,
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await handle.write(bytes, written)).bytesWritten
  }
}
