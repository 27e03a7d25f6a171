import type { DeviceMemory } from '@chat-room/client'
import { DATABASE } from './database-name.ts'
import { createForgetfulMemory } from './forgetful-memory.ts'
import type { KeptMemory } from './kept-memory.ts'

export type Staying = {
  /** Whether this device keeps what it needs to come back without a password. */
  readonly stays: boolean
  /** To be chosen before an alias is given: what is open then stays where it is. */
  stay(chosen: boolean): void
  /** Deletes everything that this device keeps of every room here. */
  forget(): Promise<void>
}

/**
 * Remembers on disk for who chose to stay, and for as long as the page lives for everybody else: nothing touches the disk
 * before somebody chose.
 */
export async function createChosenMemory(): Promise<{
  readonly memory: DeviceMemory
  readonly staying: Staying
}> {
  let kept: Promise<KeptMemory> | undefined
  const loadKept = () => {
    // Most people who come in for the first time do without it.
    kept ??= import('./kept-memory.ts').then(({ openKeptMemory }) => openKeptMemory())
    return kept
  }
  const passing = createForgetfulMemory()
  let stays = await isKept()
  const chosen = async () => (stays ? (await loadKept()).memory : passing)
  return {
    memory: {
      knows: async room => (await chosen()).knows(room),
      remember: async room => (await chosen()).remember(room),
      forget: async room => (await chosen()).forget(room),
      openSlot: async (room, name) => (await chosen()).openSlot(room, name),
      openJournal: async (room, name) => (await chosen()).openJournal(room, name),
    },
    staying: {
      get stays() {
        return stays
      },
      stay(isChosen) {
        stays = isChosen
      },
      async forget() {
        stays = false
        const { destroy } = await loadKept()
        kept = undefined
        localStorage.clear()
        sessionStorage.clear()
        await Promise.all([destroy(), removeFiles()])
      },
    },
  }
}

/** All files of this origin, received ones too; what another tab writes at this moment is left to it. */
async function removeFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory().catch(() => undefined)
  for await (const name of root?.keys() ?? []) {
    await root?.removeEntry(name, { recursive: true }).catch(() => {})
  }
}

/** Whether this device keeps anything at all; looking must not make it. A browser without storage cannot be asked. */
async function isKept(): Promise<boolean> {
  const databases = await indexedDB.databases().catch(() => [])
  return databases.some(({ name }) => name === DATABASE)
}
