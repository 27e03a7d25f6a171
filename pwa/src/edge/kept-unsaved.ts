import { type DeviceMemory, openState, sealState } from '@chat-room/client'
import { DRAFTS } from './database-name.ts'
import { browserRandom } from './random.ts'

type Unsaved = ReadonlyMap<string, unknown>

export type KeptUnsaved = {
  /** What an earlier page kept; its entries. */
  read(): Promise<Iterable<readonly [string, unknown]>>
  /** One write for all that changes while the one before is under way. */
  save(): Promise<void>
}

/** What is begun in a page and on no disk else, of who stays: sealed, for the page that comes after a closed one. */
export function createKeptUnsaved(
  memory: DeviceMemory,
  room: string,
  stays: () => boolean,
  unsaved: Unsaved,
): KeptUnsaved {
  let isChanged = false
  let isWriting = false

  const open = async () => [await memory.openSlot(room, DRAFTS), await memory.deviceKey()] as const

  async function write(): Promise<void> {
    const [slot, key] = await open()
    if (slot === undefined || key === undefined) return
    try {
      if (unsaved.size === 0) return await slot.clear()
      const bytes = new TextEncoder().encode(JSON.stringify([...unsaved]))
      await slot.write(await sealState(key, DRAFTS, bytes, browserRandom))
    } finally {
      await slot.release()
    }
  }

  return {
    async read() {
      if (!stays()) return []
      const [slot, key] = await open()
      const sealed = await slot?.read()
      await slot?.release()
      const opened = sealed && key && (await openState(key, DRAFTS, sealed))
      return opened?.ok ? JSON.parse(new TextDecoder().decode(opened.value)) : []
    },
    async save() {
      isChanged = true
      if (isWriting) return
      isWriting = true
      while (isChanged) {
        isChanged = false
        // A disk that takes nothing more is told of by whoever writes to it otherwise.
        if (stays()) await write().catch(() => {})
      }
      isWriting = false
    },
  }
}
