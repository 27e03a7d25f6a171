import { ROOM_NAME } from '@chat-room/protocol'
import { type Bytes, encodeUtf8 } from '../bytes.ts'

/**
 * `chat/v1/<purpose>|<roomId>`, and `|<detail>` where there is one: the text that keeps keys, signatures and additional
 * data of one purpose and room apart from all others. A room id without `|` makes the text unambiguous.
 */
export function labelText(purpose: string, roomId: string, detail?: string): string {
  if (!ROOM_NAME.test(roomId)) throw new RangeError('not a room id')
  return `chat/v1/${purpose}|${roomId}${detail === undefined ? '' : `|${detail}`}`
}

/** The text of a label and a closing `|`, behind which fields of fixed width may follow. */
export const label = (purpose: string, roomId: string, detail?: string): Bytes =>
  encodeUtf8(`${labelText(purpose, roomId, detail)}|`)
