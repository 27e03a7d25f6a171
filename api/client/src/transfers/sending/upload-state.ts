import type { TransferView, WaitsFor } from '../../events.ts'

/**
 * Where an own file stands.
 *
 *     noting ─ kept on this device ─▶ queued ─ its turn ─▶ announcing ── providing ──▶ serving
 *                                     ▲ ▲ │                 ▲  │  ▲                       │
 *     interrupted ─ taken up ─────────┘ │ └─▶ checking ─────┘  │  └────── detached ───────┤
 *        ▲ ▲          after a while ────┘  same │ │            │                          │
 *        │ └─ unreadable ───────────────────────┘ │            │                          │
 *        │                              refused ◀─┼─ no room ──┘                          │
 *        └─ files do not move any more ───────────┼─── queued, refused, announcing, serving
 *                                                 ▼
 *     each ─ cancelled, changed on disk ───────▶ ended ◀─ withdrawn, expired, evicted, received by the only one,
 *                                                         refused in words, or for want of room too often
 *
 * Paused, it leaves what the relay wants unanswered. It is *sent* once the relay holds all of it; `serving` goes on, because
 * what the relay drops it may want again.
 */
export type UploadState =
  /** Nobody is to hold an offer that its sender forgot. */
  | { readonly name: 'noting' }
  /** An earlier process left it unfinished, or it does not move any more. */
  | { readonly name: 'interrupted' }
  | { readonly name: 'queued' }
  | { readonly name: 'checking' }
  /** The relay has not answered `provide` on this connection. */
  | { readonly name: 'announcing' }
  | { readonly name: 'serving' }
  /** The relay has no room: it is announced again after a while. */
  | { readonly name: 'refused' }
  | { readonly name: 'ended'; readonly shown: 'done' | 'ended' }

/** What is true of it beside its state. */
export type UploadFlags = {
  readonly sent: boolean
  readonly paused: boolean
  readonly waitsFor: WaitsFor | undefined
}

/** The relay knows of it, or is about to. */
export const isAnnounced = ({ name }: UploadState): boolean => name === 'announcing' || name === 'serving'

/** It gets further by itself. */
export const isComing = (state: UploadState, { paused }: Pick<UploadFlags, 'paused'>): boolean =>
  (isAnnounced(state) || state.name === 'checking') && !paused

/** One of those few that are announced and not sent yet. One that waits for others leaves its place. */
export const hasPlace = (state: UploadState, flags: UploadFlags): boolean =>
  isComing(state, flags) && !flags.sent && flags.waitsFor === undefined

/** Somebody waits for it to get further. */
export const isUnderWay = ({ name }: UploadState, { sent, paused }: UploadFlags): boolean =>
  name !== 'ended' && name !== 'interrupted' && !sent && !paused

export function shownAs(state: UploadState, { sent, paused, waitsFor }: UploadFlags): TransferView['state'] {
  const { name } = state
  if (state.name === 'ended') return state.shown
  if (sent) return 'done'
  if (paused) return 'paused'
  if (name === 'interrupted' || name === 'checking') return name
  return name === 'serving' && waitsFor === undefined ? 'running' : 'waiting'
}
