import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import type { Bytes } from '@chat-room/client'

export const random = (length: number): Bytes => Uint8Array.from(randomBytes(length))

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Bytes of no pattern; the same for the same arguments. */
export const noise = (size: number, seed = size): Bytes =>
  Uint8Array.from(
    createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(new Uint8Array(size)),
  )
