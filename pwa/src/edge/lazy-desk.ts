import type { Files } from '@chat-room/client'
import { droppedFiles, pickedFiles } from './dropped-files.ts'
import type { FileDesk } from './file-desk.ts'
import type { ReceivedFiles } from './received-files.ts'

export type LazyDesk = {
  readonly files: Files
  /** Takes what was picked, dropped or pasted; answers with the paths by which `:File` sends it. */
  readonly intake: { take(items: DataTransfer | FileList): Promise<readonly string[]> }
  readonly shelf: Pick<ReceivedFiles, 'get' | 'save'>
}

/** Loaded when it is first used: nobody needs it to come in. */
export function createLazyDesk(load: () => Promise<FileDesk>): LazyDesk {
  let loaded: Promise<FileDesk> | undefined
  const desk = () => (loaded ??= load())
  return {
    files: {
      find: async path => (await desk()).files.find(path),
      openSource: async path => (await desk()).files.openSource(path),
      createSink: async (incoming, announce) => (await desk()).files.createSink(incoming, announce),
      reopenSink: async (incoming, place) => (await desk()).files.reopenSink(incoming, place),
    },
    intake: {
      async take(items) {
        // Begun before the first wait: what was dropped is out of reach after its event.
        const given = 'items' in items ? droppedFiles(items.items) : pickedFiles(items)
        return (await desk()).give(await given)
      },
    },
    shelf: {
      get: async (path, name) => (await desk()).received.get(path, name),
      save: async (path, name) => (await desk()).received.save(path, name),
    },
  }
}
