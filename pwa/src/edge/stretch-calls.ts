import type { Stretch } from '@chat-room/client'

export type StretchMethod = Exclude<keyof Stretch, 'creationProfile'>

/** What goes to the worker, and what comes back. */
export type StretchCall = {
  [Name in StretchMethod]: {
    readonly id: number
    readonly method: Name
    readonly parameters: Parameters<Stretch[Name]>
  }
}[StretchMethod]

export type StretchAnswer =
  | { readonly id: number; readonly value: unknown }
  /** A bug on the other side; expected failures are values. */
  | { readonly id: number; readonly error: string }
