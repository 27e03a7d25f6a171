import type { Bytes } from '@chat-room/client'

/** Where a file is written that this page cannot read again: from its first byte to its last. */
export type SaveTarget = {
  /** Resolves when more may come. The bytes may be kept. */
  write(bytes: Bytes): Promise<void>
  /** Resolves when the file has its name. */
  end(): Promise<void>
  /** Nothing that looks like the file is left. */
  abort(): Promise<void>
}

/** Asks whoever closes the page whether they mean it; the result ends that. */
export function warnOfLeaving(): () => void {
  const warn = (event: Event) => event.preventDefault()
  addEventListener('beforeunload', warn)
  return () => removeEventListener('beforeunload', warn)
}
