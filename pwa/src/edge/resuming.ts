import type { RoomClient } from '@chat-room/client'
import type { LazyDesk } from './lazy-desk.ts'

/**
 * Own files that an earlier page left go on by themselves, in their order, as far as this page may read them without asking
 * anybody; of what is over, nothing is kept to go on with.
 */
export function resumeInterrupted(
  client: RoomClient,
  { isAtHand, letGo }: Pick<LazyDesk['shelf'], 'isAtHand' | 'letGo'>,
): void {
  const resume = async (): Promise<void> => {
    for (const { transfer, path, name, size } of client.transfers.filter(isInterrupted)) {
      if (path === undefined || !(await isAtHand({ path, name, size }).catch(() => false))) continue
      const left = client.transfers.find(each => each.transfer === transfer && isInterrupted(each))
      if (left !== undefined) client.submit(`:Continue ${left.number}`)
    }
  }
  const forget = (transfer: string): void => {
    const { transfers } = client
    const path = transfers.find(each => each.transfer === transfer)?.path
    // It may go to somebody else as well.
    const isWanted = transfers.some(
      each => each.path === path && each.transfer !== transfer && !['done', 'ended'].includes(each.state),
    )
    if (path !== undefined && !isWanted) letGo(path).catch(() => {})
  }
  client.subscribe(event => {
    if (event.type === 'joined') void resume()
    if (event.type === 'file-sent' || event.type === 'file-ended') forget(event.transfer)
  })
}

const isInterrupted = ({ state }: RoomClient['transfers'][number]): boolean => state === 'interrupted'
