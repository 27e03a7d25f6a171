import type { Bytes } from '@chat-room/client'
import type { Readable } from './sealed-copy.ts'

/** What an offer has room for. */
const MOST_BYTES = 16 * 1024
/** Of the longer side, in pixels, and how much may be lost: the first that is small enough is taken. */
const TRIES = [
  [480, 0.7],
  [320, 0.6],
  [240, 0.5],
  [160, 0.4],
] as const
/** A larger one takes a device longer than anybody waits for an offer. */
const LARGEST = 64 * 2 ** 20

/** The picture in small, as WebP or JPEG, without anything else that the file says; undefined if it is none. */
export async function previewOf(file: Readable): Promise<Bytes | undefined> {
  if (!file.type.startsWith('image/') || file.size > LARGEST) return undefined
  const content = file instanceof Blob ? file : new Blob([await file.slice(0, file.size).arrayBuffer()])
  const picture = await createImageBitmap(content).catch(() => undefined)
  if (picture === undefined) return undefined
  try {
    for (const [side, quality] of TRIES) {
      const drawn = await draw(picture, side, quality)
      if (drawn !== undefined && drawn.size <= MOST_BYTES) return new Uint8Array(await drawn.arrayBuffer())
    }
    return undefined
  } finally {
    picture.close()
  }
}

async function draw(picture: ImageBitmap, side: number, quality: number): Promise<Blob | undefined> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  )
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality })
  // An engine that writes no WebP writes PNG instead, which is never small.
  return blob.type === 'image/webp' ? blob : await canvas.convertToBlob({ type: 'image/jpeg', quality })
}
