import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

const PIECE = 1_024 * 1_024

/** Writes so many bytes that nothing compresses and no two seeds share. */
export async function writeSomeFile(path: string, size: number, seed: number): Promise<void> {
  const key = Buffer.alloc(16)
  key.writeUInt32BE(seed)
  const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16))
  const zeros = Buffer.alloc(Math.min(size, PIECE))
  const file = await open(path, 'wx')
  try {
    for (let left = size; left > 0; left -= PIECE) {
      await file.writeFile(stream.update(zeros.subarray(0, Math.min(left, PIECE))))
    }
  } finally {
    await file.close()
  }
}

/** SHA-256 of what lies on the disk, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) hash.update(piece)
  return hash.digest('hex')
}
