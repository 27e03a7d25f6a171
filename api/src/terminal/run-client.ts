import type { RoomClient } from '@chat-room/client'
import type { Face } from './face.ts'
import { feedLines } from './feed.ts'

/** How long `:Exit` and its kin wait for what is under way, in milliseconds. */
const PATIENCE = 10_000

/** 0: left the room; 1: anything else that ended it. */
type ExitStatus = 0 | 1

export type Run = {
  readonly finished: Promise<ExitStatus>
  /** Ctrl-C: leaves the room; a second one does not wait for that. */
  interrupt(): void
  /** The process has to end: the member is away and may come back. */
  terminate(): void
}

/** A client from its first connection to its end. */
export function runClient(client: RoomClient, face: Face): Run {
  const { promise: finished, resolve, reject } = Promise.withResolvers<ExitStatus>()
  // Whichever way of ending ends first counts.
  const endsWith = (ending: Promise<ExitStatus>) => void ending.then(resolve, reject)
  let interruptions = 0

  const leave = async (): Promise<ExitStatus> => {
    if (client.state.name !== 'joined') return stop()
    await client.leave(PATIENCE)
    return 0
  }

  const stop = async (): Promise<ExitStatus> => {
    await client.stop()
    return 1
  }

  async function feed(): Promise<ExitStatus> {
    switch (await feedLines(client, face.lines, face.unacknowledged)) {
      case 'exit':
        await over()
        return endStatus()
      case 'over':
        // What is kept on this device is written before the process ends.
        await client.stop()
        return endStatus()
      case 'end':
        await client.settled()
        return client.state.name === 'joined' ? leave() : endStatus()
      case 'starved':
        face.complain('The input ended before the room was entered.')
        return stop()
    }
  }

  const endStatus = (): ExitStatus => (client.state.name === 'left' ? 0 : 1)

  /** Resolves when the client has left or ended. */
  const over = (): Promise<void> =>
    new Promise(resolve => {
      const check = () => {
        if (client.state.name !== 'left' && client.state.name !== 'ended') return
        unsubscribe()
        resolve()
      }
      // After the event: a state that an event announces may be set right behind it.
      const unsubscribe = client.subscribe(() => queueMicrotask(check))
      check()
    })

  client.subscribe(event => face.show(event))
  endsWith(feed())
  client.start()

  return {
    finished,
    interrupt() {
      interruptions++
      endsWith(interruptions === 1 ? leave() : Promise.resolve(1))
    },
    terminate: () => endsWith(stop()),
  }
}
