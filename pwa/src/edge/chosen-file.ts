import { type SaveTarget, warnOfLeaving } from './save-target.ts'

/** Engines write small pieces slowly. */
const BATCH = 4 * 1024 * 1024

type Removable = FileSystemFileHandle & { remove?(): Promise<void> }

/** A file in a place that a person chose. Until its end what they chose is what it was before: the engine writes beside it. */
export async function openChosenFile(handle: FileSystemFileHandle): Promise<SaveTarget> {
  const writable = await handle.createWritable()
  const endWarning = warnOfLeaving()
  const batch = new Uint8Array(BATCH)
  let filled = 0

  const flush = async () => {
    if (filled > 0) await writable.write(batch.subarray(0, filled))
    filled = 0
  }
  return {
    async write(bytes) {
      if (filled + bytes.length > BATCH) await flush()
      batch.set(bytes, filled)
      filled += bytes.length
    },
    async end() {
      await flush()
      await writable.close()
      endWarning()
    },
    async abort() {
      endWarning()
      await writable.abort().catch(() => {})
      // The dialog made an empty file of that name; of one that was there before nothing is lost.
      const { size } = await handle.getFile()
      if (size === 0) await (handle as Removable).remove?.()
    },
  }
}
