/** Where other apps send what is shared with this one: the manifest names it. */
export const SHARE_PATH = '/share'

/** In the address of the page that fetches it: under which name it waits in the service worker. */
export const SHARED = 'shared'

/** What another app handed over. `isTooLarge`: but for its files. */
export type Shared = { readonly text: string; readonly files: readonly File[]; readonly isTooLarge?: true }
