import { createChosenMemory } from '../../src/edge/chosen-memory.ts'
import { openDownload } from '../../src/edge/download-stream.ts'
import { createFileDesk } from '../../src/edge/file-desk.ts'
import { createLazyDesk } from '../../src/edge/lazy-desk.ts'
import { previewOf } from '../../src/edge/picture-preview.ts'
import { tidyDisk } from '../../src/edge/received-files.ts'
import { scriptUrl } from '../../src/edge/script-urls.ts'
import { takeSeat } from '../../src/edge/seat.ts'

/** What a page of tests holds: the edge's own modules, in a browser, under the room's policy. */
export const edge = {
  createChosenMemory,
  createFileDesk,
  createLazyDesk,
  openDownload,
  previewOf,
  scriptUrl,
  takeSeat,
  tidyDisk,
}

Object.assign(globalThis, { edge })
