import type { FileSource } from '@chat-room/client'
import { previewOf } from './picture-preview.ts'
import type { Readable } from './sealed-copy.ts'

/** A file that a person picked or dropped, read where it lies, or the copy that this device kept of it. */
export function createFileSource(file: Readable): FileSource {
  const { size, lastModified } = file
  let fingerprint = `${size}-${lastModified}`
  return {
    name: file.name,
    size,
    mime: file.type || 'application/octet-stream',
    fingerprint: async () => fingerprint,
    async read(offset, length) {
      try {
        const bytes = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer())
        if (bytes.length < length) throw new DOMException('it became shorter', 'NotReadableError')
        return bytes
      } catch (error) {
        // What was picked is the file as it was then: a browser refuses to read it once it is another one.
        if ((error as DOMException).name === 'NotReadableError') fingerprint = 'changed'
        throw error
      }
    },
    preview: () => previewOf(file),
    close: async () => {},
  }
}
