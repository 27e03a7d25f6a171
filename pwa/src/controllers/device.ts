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
}

/** Files that have arrived, by the path that the core tells. */
export interface FileShelf {
  /** Its type says what may be shown of it: `application/octet-stream` is only saved. Undefined: it is not here any more. */
  get(path: string, name: string): Promise<File | undefined>
  /** Into the downloads of the browser. False: it is not here any more. */
  save(path: string, name: string): Promise<boolean>
}

/** Whether this device keeps what it needs to come back. */
interface Staying {
  readonly stays: boolean
  stay(chosen: boolean): void
  /** Deletes all that is kept here, of every room. */
  forget(): Promise<void>
}
