import type { TransferView, WaitsFor } from '../../events.ts'

/**
 * Where a file stands that somebody offered.
 *
 *     offered ─accept─▶ queued ─a place is free─▶ fetching ─verified, and given its name─▶ received
 *                       ▲ ▲ ▲                      │ │ │
 *                       │ │ └─ others want places ─┘ │ │
 *                       │ └─ after a while ─ unavailable │
 *                       └─ continued ─ paused ◀──────────┘ (and from queued, unavailable)
 *
 *     each ─ declined, cancelled, withdrawn, expired, damaged, unwritable ─▶ ended ─ failed, accepted again ─▶ queued
 *
 * One of which nothing comes goes on waiting in `fetching`: what comes brings it back, and its place is for others meanwhile.
 * One that an earlier process was fetching begins as queued, or paused: what that left is looked through when its turn comes.
 */
export type DownloadState =
  | { readonly name: 'offered' }
  | { readonly name: 'queued' }
  | { readonly name: 'fetching' }
  | { readonly name: 'paused' }
  | { readonly name: 'unavailable' }
  | { readonly name: 'received' }
  /** What failed here may be accepted again. */
  | { readonly name: 'ended'; readonly failed: boolean }

type Flags = {
  readonly checking: boolean
  readonly attached: boolean
  readonly waitsFor: WaitsFor | undefined
}

export function shownAs(
  { name }: DownloadState,
  { checking, attached, waitsFor }: Flags,
): TransferView['state'] {
  switch (name) {
    case 'offered':
    case 'paused':
    case 'ended':
      return name
    case 'received':
      return 'done'
    case 'queued':
    case 'unavailable':
      return 'waiting'
    case 'fetching':
      if (checking) return 'checking'
      return attached && waitsFor === undefined ? 'running' : 'waiting'
  }
}
