import { createChosenMemory } from '../../src/edge/chosen-memory.ts'
import { openDownload } from '../../src/edge/download-stream.ts'
import { createFileDesk } from '../../src/edge/file-desk.ts'
import { tidyDisk } from '../../src/edge/files-on-disk.ts'
import { createGivenRows } from '../../src/edge/given-rows.ts'
import { KeptHandles } from '../../src/edge/kept-handles.ts'
import { createLazyDesk } from '../../src/edge/lazy-desk.ts'
import { previewOf } from '../../src/edge/picture-preview.ts'
import { openRoomDatabase } from '../../src/edge/room-database.ts'
import { scriptUrl } from '../../src/edge/script-urls.ts'
import { takeSeat } from '../../src/edge/seat.ts'

/** Where the pages of tests that know no other are. */
const PLACE = 'https://chat.example/main'

/** What a page of tests holds: the edge's own modules, in a browser, under the room's policy. */
export const edge = {
  createChosenMemory,
  createFileDesk: (stays: () => boolean, room = PLACE) =>
    createFileDesk({ room, stays, deviceKey: async () => undefined }),
  createLazyDesk,
  keptHandles: (stays: () => boolean) => new KeptHandles(PLACE, createGivenRows(stays)),
  openDownload,
  previewOf,
  /** As of a device where somebody stays. */
  makeRoomDatabase: async () => (await openRoomDatabase()).close(),
  scriptUrl,
  takeSeat,
  tidyDisk,
}

Object.assign(globalThis, { edge })
