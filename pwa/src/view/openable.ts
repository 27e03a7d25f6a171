/** What the page lets nobody look at here: it can only be saved. */
const SAVED_ONLY: ReadonlySet<string> = new Set(['', 'application/octet-stream'])

/** Larger ones are saved and looked at elsewhere: a page holds a picture in memory, many times its size. */
const PICTURE_BYTES = 32 * 2 ** 20

type Typed = { readonly type: string; readonly size: number }

export const isOpenable = ({ type }: Typed): boolean => !SAVED_ONLY.has(type)

export const isPicture = ({ type, size }: Typed): boolean =>
  type.startsWith('image/') && size <= PICTURE_BYTES
