import type { LastWords } from '../channel/last-words.ts'
import { readOffer } from '../offered-file.ts'
import { Download } from '../receiving/download.ts'
import { Upload } from '../sending/upload.ts'
import type { TransferContext } from '../transfer-context.ts'
import type { Transfer } from '../transfer-table.ts'
import { restoreSender } from './saved-sender.ts'
import {
  readSavedTransfers,
  type SavedDownload,
  type SavedTransfers,
  type SavedUpload,
} from './saved-transfers.ts'

export type Restored = {
  readonly transfer: Transfer
  /** It ended before: what is left of it goes without a word. */
  readonly isOver?: true
  /** It cannot go on, for this reason. */
  readonly ends?: string
}

const ANOTHER_MEMBER = 'the room let go of your place meanwhile; it has to be sent again'

/** What an earlier process of this device left, or one whom the room knew as another member. What makes no sense is left out. */
export function restoreTransfers(
  context: TransferContext,
  words: LastWords,
  value: unknown,
): readonly Restored[] {
  const saved = readSavedTransfers(value)
  if (saved === undefined) return []
  const isOther = saved.member !== context.member
  words.restore(saved.words ?? [], isOther)
  return [
    ...saved.uploads.flatMap(upload => restoreUpload(context, upload, isOther)),
    ...saved.downloads.flatMap(download => restoreDownload(context, download, saved.senders, isOther)),
  ]
}

/** The relay knows its sender by member id. */
function restoreUpload(context: TransferContext, saved: SavedUpload, isOther: boolean): readonly Restored[] {
  if (readOffer(saved, context.room) === undefined) return []
  const transfer = new Upload(context, saved, 'earlier')
  if (saved.over === true) return [{ transfer, isOver: true }]
  return [{ transfer, ...(isOther && { ends: ANOTHER_MEMBER }) }]
}

/** What was for everyone is for whoever is here now as well; what was for one member is not. */
function restoreDownload(
  context: TransferContext,
  saved: SavedDownload,
  senders: SavedTransfers['senders'],
  isOther: boolean,
): readonly Restored[] {
  const parts = readOffer(saved, context.room)
  const sender = restoreSender(saved.member, senders[saved.member])
  if (parts === undefined || sender === undefined) return []
  const { alias, epoch, to } = saved
  const transfer = new Download(context, saved, { sender, alias, epoch, to, history: true }, parts, saved)
  if (saved.over === true) return [{ transfer, isOver: true }]
  return [{ transfer, ...(isOther && to === 'you' && { ends: ANOTHER_MEMBER }) }]
}
