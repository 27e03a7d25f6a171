import type { Bytes } from '../bytes.ts'

/** Of a sealed message: what the next one of its chain names as its predecessor, and what a head names. 32 bytes. */
export const sha256 = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
