import type { Bytes, FileSource } from '@chat-room/client'
import { previewOf } from './picture-preview.ts'

/** A source that can be shown before it is fetched: asked when it is offered. */
type PicturedSource = FileSource & { preview(): Promise<Bytes | undefined> }

/** A file that a person picked or dropped: read where it lies, never copied. */
export function createFileSource(file: File): PicturedSource {
  return {
    name: file.name,
    size: file.size,
    mime: file.type || 'application/octet-stream',
    fingerprint: async () => `${file.size}-${file.lastModified}`,
    async read(offset, length) {
      const bytes = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer())
      if (bytes.length < length)
        throw new Error(`the file ends before byte ${offset + length}: it became shorter`)
      return bytes
    },
    preview: () => previewOf(file),
    close: async () => {},
  }
}
