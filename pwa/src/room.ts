import { createRoomClient, type RoomClient } from '@chat-room/client'
import { UNSAVED, unsaved } from './controllers/unsaved.ts'
import { createAwakenings } from './edge/awakenings.ts'
import type { Content } from './edge/cabinet.ts'
import { createChosenMemory, type Staying, type Trouble } from './edge/chosen-memory.ts'
import { browserClock } from './edge/clock.ts'
import { createKeptUnsaved } from './edge/kept-unsaved.ts'
import { createLazyDesk, type LazyDesk } from './edge/lazy-desk.ts'
import { leaveReplaced, leaveToNextPage, takeFromLastPage } from './edge/next-page.ts'
import { browserRandom } from './edge/random.ts'
import { resumeInterrupted } from './edge/resuming.ts'
import { takeSeat } from './edge/seat.ts'
import { createOpenSocket } from './edge/socket.ts'
import { createWorkerStretch } from './edge/stretch.ts'
import { tidyLeft } from './edge/tidy-left.ts'

export type RoomOptions = {
  /** Where the room is: `https://host[:port]`. */
  readonly url: string
  readonly room: string
  /** This device keeps nothing any more. */
  troubled(trouble: Trouble): void
  /** It stays, or does not any more. */
  chose(): void
}

/** What one page leaves to the next: all that is not on the disk. */
type Belongings = {
  readonly memory: Content | undefined
  readonly files: unknown
  readonly unsaved: ReadonlyMap<string, unknown>
}

/** The client core in a browser, and what a page can do beside it. */
export type Room = {
  readonly client: RoomClient
  readonly device: Pick<LazyDesk, 'intake' | 'shelf'> & { readonly staying: Staying }
  /** Starts the client, once this page is the one of this device that is in the room: the newest. */
  begin(): Promise<void>
  /** Ends the client, and leaves all that it has to the page that is loaded next in this tab. */
  startAnew(): Promise<void>
}

export function createRoom({ url, room, troubled, chose }: RoomOptions): Room {
  const clock = browserClock
  const place = `${url}/${room}`
  const { memory, staying, open, pack } = createChosenMemory(place, {
    troubled,
    chose() {
      if (unsaved.size > 0) void saveUnsaved()
      chose()
    },
    robbed: () => replaced(),
  })
  const { files, intake, shelf, handOver, takeOver } = createLazyDesk(async () => {
    const { createFileDesk } = await import('./edge/file-desk.ts')
    return createFileDesk({ room: place, stays: () => staying.stays, deviceKey: memory.deviceKey })
  })
  const client = createRoomClient(
    { url, room, accept: 'ask', persistent: true },
    {
      openSocket: createOpenSocket(clock, createAwakenings(clock)),
      clock,
      random: browserRandom,
      stretch: createWorkerStretch(),
      memory,
      files,
    },
  )

  const { read: readUnsaved, save: saveUnsaved } = createKeptUnsaved(
    memory,
    place,
    () => staying.stays,
    unsaved,
  )
  addEventListener(UNSAVED, saveUnsaved)

  let isReplaced = false
  let unpacked: Promise<void> | undefined
  function replaced(): Promise<void> {
    isReplaced = true
    return client.stop('replaced')
  }

  /** `end` ends the client: what is packed changes no more. */
  async function packAll(end: () => Promise<void>): Promise<Belongings> {
    await end()
    return { memory: await pack(), files: await handOver(), unsaved }
  }

  async function unpack(belongings: Belongings | undefined): Promise<void> {
    await open(belongings?.memory)
    if (belongings?.files !== undefined) await takeOver(belongings.files)
    // What does not open any more is begun anew.
    const left = belongings?.unsaved ?? (await readUnsaved().catch(() => []))
    for (const [name, each] of left) unsaved.set(name, each)
    // A browser without a disk for pages has nothing to tidy.
    tidyLeft().catch(() => {})
  }

  resumeInterrupted(client, shelf)
  client.subscribe(event => {
    // Who left goes on with nothing (M8).
    if (event.type !== 'left') return
    unsaved.clear()
    void saveUnsaved()
  })
  return {
    client,
    device: { staying, intake, shelf },
    async begin() {
      const fromLastPage = (await takeFromLastPage()) as Belongings | 'replaced' | undefined
      if (fromLastPage === 'replaced') return await replaced()
      const fromLastTab = await takeSeat({
        name: `room ${place}`,
        async pack() {
          // What this page has only just inherited goes on with it.
          await unpacked
          return await packAll(replaced)
        },
      })
      unpacked = unpack(fromLastPage ?? (fromLastTab as Belongings | undefined))
      await unpacked
      if (!isReplaced) client.start()
    },
    async startAnew() {
      if (isReplaced) return leaveReplaced()
      await leaveToNextPage(await packAll(() => client.stop()))
    },
  }
}
