import type { RoomClient } from '@chat-room/client'
import type { LazyDesk } from './lazy-desk.ts'

/** Own files that an earlier page left go on by themselves, as far as this page may read them without asking anybody. */
export function resumeInterrupted(
  client: RoomClient,
  { isAtHand }: Pick<LazyDesk['shelf'], 'isAtHand'>,
): void {
  client.subscribe(event => {
    if (event.type !== 'file-interrupted') return
    const { transfer, name, size } = event
    const find = () =>
      client.transfers.find(each => each.transfer === transfer && each.state === 'interrupted')
    const path = find()?.path
    if (path === undefined) return
    isAtHand({ path, name, size }).then(
      isHere => {
        const number = isHere ? find()?.number : undefined
        if (number !== undefined) client.submit(`:Continue ${number}`)
      },
      () => {},
    )
  })
}
