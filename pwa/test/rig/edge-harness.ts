import { createChosenMemory } from '../../src/edge/chosen-memory.ts'
import { createDeviceMemory } from '../../src/edge/device-memory.ts'
import { createFiles } from '../../src/edge/files.ts'
import { GivenFiles } from '../../src/edge/given-files.ts'
import { previewOf } from '../../src/edge/picture-preview.ts'
import { ReceivedFiles, tidyDisk } from '../../src/edge/received-files.ts'
import { openRoomDatabase } from '../../src/edge/room-database.ts'
import { scriptUrl } from '../../src/edge/script-urls.ts'

/** What a page of tests holds: the edge's own modules, in a browser, under the room's policy. */
export const edge = {
  createChosenMemory,
  createDeviceMemory,
  createFiles,
  GivenFiles,
  openRoomDatabase,
  previewOf,
  ReceivedFiles,
  scriptUrl,
  tidyDisk,
}

Object.assign(globalThis, { edge })
