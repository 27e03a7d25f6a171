import type { Bytes } from '@chat-room/client'

/** What the worker is asked that writes to the disk: `place` is `folder/name` in the origin's own file system. */
export type DiskRequest =
  /** Answers whether this browser can; nothing is left behind. */
  | { readonly do: 'probe' }
  | { readonly do: 'create' | 'reopen'; readonly place: string }
  | { readonly do: 'write'; readonly place: string; readonly offset: number; readonly bytes: Bytes }
  /** Answers bytes: as many as are there. */
  | { readonly do: 'read'; readonly place: string; readonly offset: number; readonly length: number }
  /** Closes it and moves it there. */
  | { readonly do: 'finish'; readonly place: string; readonly to: string }
  | { readonly do: 'close' | 'remove'; readonly place: string }

export type DiskCall = DiskRequest & { readonly id: number }

export type DiskAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
