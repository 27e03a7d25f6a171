import type { DeviceMemory } from '@chat-room/client'
import { type Cabinet, type Content, SeatLostError, type Use } from './cabinet.ts'
import { DATABASE } from './database-name.ts'
import { createDeviceMemory } from './device-memory.ts'
import type { KeptMemory } from './kept-memory.ts'
import { createPassingCabinet } from './passing-cabinet.ts'

export type Staying = {
  /** Whether this device keeps what it needs to come back to this room without a password. */
  readonly stays: boolean
  /** At any time: what the page knows moves to the disk, or from it. Answers whether this device stays now. */
  stay(chosen: boolean): Promise<boolean>
  /** Deletes everything that this device keeps of every room here. */
  forget(): Promise<void>
  /** By their transfers, received files that lie here for as long as this device stays. */
  received(): Promise<readonly string[]>
}

/** Why this device keeps nothing any more: its disk is full, or what was kept is gone. The page has what it knows. */
export type Trouble = { readonly what: 'full' | 'gone' }

export type Listener = {
  troubled(trouble: Trouble): void
  /** This device stays, or does not any more. */
  chose(): void
  /** Another tab has the place of this one. */
  robbed(): void
}

export type ChosenMemory = {
  readonly memory: DeviceMemory
  readonly staying: Staying
  /** To be called once, by the only tab that is in the room: `left` is what the one before it did not keep on the disk. */
  open(left: Content | undefined): Promise<void>
  /** What the next tab needs; undefined: it is on the disk. */
  pack(): Promise<Content | undefined>
}

/**
 * Remembers on disk for who chose to stay in this room, and for as long as the page lives for everybody else: nothing touches
 * the disk before somebody chose.
 */
export function createChosenMemory(room: string, { troubled, chose, robbed }: Listener): ChosenMemory {
  let current: Promise<Cabinet> = Promise.resolve(createPassingCabinet())
  let kept: KeptMemory | undefined
  let stays = false
  let choosing: Promise<unknown> = Promise.resolve()

  // Most people who come in for the first time do without it.
  const load = () => import('./kept-memory.ts')

  async function openKept(): Promise<KeptMemory> {
    const { openKeptMemory } = await load()
    const opened = await openKeptMemory(room, () => {
      if (kept !== opened) return
      stays = false
      void takeBack()
      // Whoever deletes it is not waited for.
      tell(new Error('the database was closed'))
    })
    return opened
  }

  /** What the disk does not take any more, the page has, and the disk has nothing of it. */
  function fall(fallen: Cabinet, error: unknown): void {
    if (fallen !== kept?.cabinet) return
    const told = doWithout(error)
    const passing = current
    current = told.then(() => passing)
  }

  async function doWithout(error: unknown): Promise<void> {
    stays = false
    // A disk on which nothing can be deleted either is asked again by whoever leaves or chooses.
    await letGo().catch(stuck => console.error('what was kept is still on the disk', stuck))
    tell(error)
  }

  function tell(error: unknown): void {
    console.error('this device does not keep the room', error)
    troubled({ what: (error as DOMException).name === 'QuotaExceededError' ? 'full' : 'gone' })
  }

  const use: Use = async work => {
    const cabinet = await current
    try {
      return await work(cabinet)
    } catch (error) {
      if (error instanceof SeatLostError) robbed()
      else fall(cabinet, error)
      const other = await current
      if (other === cabinet) throw error
      return await work(other)
    }
  }

  async function resume(): Promise<void> {
    try {
      const opened = await openKept()
      stays = await opened.cabinet.sit()
      if (!stays) return opened.close()
      kept = opened
      current = Promise.resolve(opened.cabinet)
    } catch (error) {
      // It may be there for the next page, and goes with whoever leaves.
      tell(error)
    }
  }

  async function keep(): Promise<void> {
    if (kept !== undefined) return
    // Some browsers ask the person, others decide: nobody is made to wait for either.
    void navigator.storage.persist().catch(() => {})
    const passing = await current
    try {
      const opened = await openKept()
      const { cabinet } = opened
      const moved = passing.content().then(content => cabinet.move(content))
      // Whoever writes meanwhile waits, and writes to the disk.
      current = moved.then(
        () => cabinet,
        () => passing,
      )
      kept = opened
      await moved
    } catch (error) {
      kept?.close()
      kept = undefined
      await doWithout(error)
    }
  }

  /** Whoever writes meanwhile waits, and writes no more to the disk. */
  async function takeBack(): Promise<KeptMemory | undefined> {
    const former = kept
    kept = undefined
    if (former !== undefined) current = former.cabinet.rescue().then(createPassingCabinet)
    await current
    return former
  }

  /** Deletes what is kept of this room; what a disk that failed still has of it, too. */
  async function letGo(): Promise<void> {
    const former = await takeBack()
    try {
      if (former !== undefined || (await isAnythingKept())) await (await load()).wipeRoom(room)
    } finally {
      former?.close()
    }
  }

  const findFiles = () => import('./files-on-disk.ts')

  /** What is not the core's to wipe. */
  async function wipeRest(): Promise<void> {
    if (kept === undefined) await letGo()
    await (await findFiles()).removeFiles(room)
  }

  /** One after the other. */
  function choose(act: () => Promise<void>): Promise<boolean> {
    const chosen = choosing.then(act).then(() => {
      chose()
      return stays
    })
    choosing = chosen.catch(() => {})
    return chosen
  }

  return {
    memory: createDeviceMemory(use, () =>
      wipeRest().catch(error => console.error('something is left on this device', error)),
    ),
    staying: {
      get stays() {
        return stays
      },
      stay(isChosen) {
        stays = isChosen
        return choose(isChosen ? keep : letGo)
      },
      async forget() {
        stays = false
        await choose(async () => {
          kept?.close()
          kept = undefined
          current = Promise.resolve(createPassingCabinet())
          await (await load()).forgetDevice()
        })
      },
      received: async () => (await findFiles()).listReceived(room),
    },
    async open(left) {
      if (left !== undefined) current = Promise.resolve(createPassingCabinet(left))
      else if (await isAnythingKept()) await choose(resume)
    },
    async pack() {
      await choosing
      return kept === undefined ? await (await current).content() : undefined
    },
  }
}

/** Looking must not make it. A browser without storage cannot be asked. */
async function isAnythingKept(): Promise<boolean> {
  try {
    const databases = await indexedDB.databases()
    return databases.some(({ name }) => name === DATABASE)
  } catch {
    return false
  }
}
