/** What a function that runs in a page may be given and may answer. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Plain[]
  | { readonly [key: string]: Plain }

/** Runs in a page: it refers to nothing but its arguments and what pages have. */
export type InPage<Args extends readonly Plain[], Result> = (...args: Args) => Result | Promise<Result>

/** A page of any engine, with the keys and the pointer of a person before it. */
export interface Tab {
  /** Rejects if the browser refuses to go there. */
  goto(url: string): Promise<void>
  evaluate<Args extends readonly Plain[], Result>(body: InPage<Args, Result>, ...args: Args): Promise<Result>
  /** Resolves once the function has found something. */
  wait<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void>
  /** Clicks what the function finds. */
  click<Args extends readonly Plain[]>(find: InPage<Args, Element>, ...args: Args): Promise<void>
  /** Presses the keys for `text`, a line feed being Enter, in what the function finds. */
  type<Args extends readonly Plain[]>(text: string, find: InPage<Args, Element>, ...args: Args): Promise<void>
  /** Picks a file in the file input that the function finds. */
  pick<Args extends readonly Plain[]>(path: string, find: InPage<Args, Element>, ...args: Args): Promise<void>
  /** Ends it as its person would; whatever it holds is lost. */
  close(): Promise<void>
}

/** A browser of one engine, with nothing of it before or after. */
export interface Browser extends AsyncDisposable {
  readonly engine: Engine
  /** Where its downloads go. */
  readonly downloads: string
  /** A tab of somebody who shares nothing with the other tabs. */
  newTab(): Promise<Tab>
}

export type Engine = 'chromium' | 'firefox' | 'webkit'

export type BrowserOptions = {
  /** Where it may put all that it keeps. */
  readonly directory: string
  /** The certificate of an authority that it trusts, beside those that it came with. */
  readonly authority?: string
}
