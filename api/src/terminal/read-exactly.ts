import type { FileHandle } from 'node:fs/promises'
import type { Bytes } from '@chat-room/client'

/** So many bytes of a file from an offset on; throws if it ends before. */
export async function readExactly(file: FileHandle, offset: number, length: number): Promise<Bytes> {
  // Not zeroed: it is filled, or nobody sees it.
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) throw new Error(`the file ends before byte ${offset + length}: it became shorter`)
    filled += bytesRead
  }
  return bytes
}
