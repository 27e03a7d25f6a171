import type { FileSource } from '@chat-room/client'

/** A file that a person picked or dropped: read where it lies, never copied. */
export function createFileSource(file: File): FileSource {
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
    close: async () => {},
  }
}
