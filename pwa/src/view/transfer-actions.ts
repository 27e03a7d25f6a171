import type { TransferView } from '@chat-room/client'

/** Commands that take a transfer's number. */
export type TransferAction = 'accept' | 'decline' | 'pause' | 'continue' | 'cancel'

/** What may be done with a file as it stands, the most likely first. */
export function actionsOf({ direction, state }: TransferView): readonly TransferAction[] {
  switch (state) {
    case 'offered':
      return direction === 'in' ? ['accept', 'decline'] : ['cancel']
    case 'running':
    case 'waiting':
      return ['pause', 'cancel']
    case 'checking':
      return ['cancel']
    case 'paused':
    case 'interrupted':
      return ['continue', 'cancel']
    case 'done':
    case 'ended':
      return []
  }
}

/** The kind of a file, by its name: for its picture beside it, and for nothing else. */
export type FileKind = 'image' | 'sound' | 'video' | 'text' | 'archive' | 'other'

const KINDS: readonly (readonly [FileKind, RegExp])[] = [
  ['image', /\.(?:avif|gif|heic|jpe?g|png|svg|webp|bmp|tiff?)$/i],
  ['sound', /\.(?:aac|flac|m4a|mp3|ogg|opus|wav)$/i],
  ['video', /\.(?:avi|m4v|mkv|mov|mp4|webm)$/i],
  ['text', /\.(?:csv|docx?|md|odt|pdf|rtf|txt|xlsx?)$/i],
  ['archive', /\.(?:7z|bz2|gz|iso|rar|tar|tgz|xz|zip|zst)$/i],
]

export const kindOf = (name: string): FileKind =>
  KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other'
