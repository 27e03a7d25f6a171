import { createRoomClient, type RoomClient } from '@chat-room/client'
import { createAwakenings } from './edge/awakenings.ts'
import { createChosenMemory, type Staying } from './edge/chosen-memory.ts'
import { browserClock } from './edge/clock.ts'
import { createLazyDesk, type LazyDesk } from './edge/lazy-desk.ts'
import { browserRandom } from './edge/random.ts'
import { createOpenSocket } from './edge/socket.ts'
import { createWorkerStretch } from './edge/stretch.ts'

export type RoomOptions = {
  /** Where the room is: `https://host[:port]`. */
  readonly url: string
  readonly room: string
}

/** The client core in a browser, and what a page can do beside it. */
export type Room = {
  readonly client: RoomClient
  readonly device: Pick<LazyDesk, 'intake' | 'shelf'> & { readonly staying: Staying }
}

export async function createRoom({ url, room }: RoomOptions): Promise<Room> {
  const clock = browserClock
  const { memory, staying } = await createChosenMemory()
  const { files, intake, shelf } = createLazyDesk(async () => {
    const { createFileDesk } = await import('./edge/file-desk.ts')
    return createFileDesk(() => staying.stays)
  })
  const client = createRoomClient(
    { url, room, accept: 'ask' },
    {
      openSocket: createOpenSocket(clock, createAwakenings(clock)),
      clock,
      random: browserRandom,
      stretch: createWorkerStretch(),
      memory,
      files,
    },
  )
  return { client, device: { staying, intake, shelf } }
}
