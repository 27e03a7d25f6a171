/** What the page offers beside the room itself; without one of these, the app does without what needs it. */
export type Device = {
  readonly intake?: FileIntake
  readonly shelf?: FileShelf
  readonly staying?: Staying
}

/** Takes what was picked, dropped or pasted; answers with the paths by which `:File` sends it. */
interface FileIntake {
  /** Reads `items` before it first waits: what is dropped is gone after its event. */
  take(items: DataTransfer | FileList): Promise<readonly string[]>
  /** In a click, for who stays: the same of a dialog whose choice a later page can read. Undefined: there is none here. */
  ask?(): Promise<readonly string[] | undefined>
}

/** Files that have arrived, by the path that the core tells; what begins with `elsewhere/` lies outside of this page. */
export interface FileShelf {
  /** Its type says what may be shown of it: `application/octet-stream` is only saved. Undefined: it is not here any more. */
  get(path: string, name: string): Promise<File | undefined>
  /** Into the downloads of the browser. False: it is not here any more. */
  save(path: string, name: string): Promise<boolean>
  /** Where a file of this size would go. */
  plan?(size: number): Promise<Plan>
  /** In a click: asks for a place to write this transfer to. False: the person changed their mind. */
  choose?(transfer: string, name: string): Promise<boolean>
  /** Whether an own file can be read without asking anybody. */
  isAtHand?(file: Regained): Promise<boolean>
  /** Whether a page after this one can go on with an own file, or nobody asked for that. */
  lasts?(path: string): Promise<boolean>
  /** In a click: so that an own file can be read again. `other`: what the person picked is not this file. */
  regain?(file: Regained): Promise<'here' | 'other' | 'declined'>
}

/**
 * `chosen`: to a place that the person names; `stream`: into the downloads as it comes; neither is gone on with after the page
 * has ended. `none`: there is no room for it.
 */
export type Plan = 'disk' | 'memory' | 'chosen' | 'stream' | 'none'

/** An own file that an earlier page was sending. */
type Regained = { readonly path: string; readonly name: string; readonly size: number }

/** Whether this device keeps what it needs to come back. */
export interface Staying {
  readonly stays: boolean
  /** At any time. Answers what holds now: some browsers keep nothing. */
  stay(chosen: boolean): Promise<boolean>
  /** Deletes all that is kept here, of every room. */
  forget(): Promise<void>
  /** By their transfers, received files that lie here until the room is left. */
  received(): Promise<readonly string[]>
}
