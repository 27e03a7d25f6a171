import type { Files } from '@chat-room/client'
import { droppedFiles, pickedFiles } from './dropped-files.ts'
import type { FileDesk } from './file-desk.ts'
import type { ReceivedFiles } from './received-files.ts'

export type LazyDesk = {
  readonly files: Files
  readonly intake: {
    /** Takes what was picked, dropped or pasted; answers with the paths by which `:File` sends it. */
    take(items: DataTransfer | FileList): Promise<readonly string[]>
    /** The same of what a person chooses now, so that a later page can read it. Undefined: there is no such dialog for them. */
    ask(): Promise<readonly string[] | undefined>
  }
  readonly shelf: Pick<ReceivedFiles, 'get' | 'save'> &
    Pick<FileDesk, 'plan' | 'choose' | 'isAtHand' | 'regain' | 'lasts' | 'letGo'>
  /** Undefined: this page has no files. */
  handOver(): Promise<unknown>
  takeOver(handed: unknown): Promise<void>
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
      ask: async () => (await desk()).ask(),
    },
    shelf: {
      get: async (path, name) => (await desk()).received.get(path, name),
      save: async (path, name) => (await desk()).received.save(path, name),
      plan: async size => (await desk()).plan(size),
      choose: async (transfer, name) => (await desk()).choose(transfer, name),
      isAtHand: async file => (await desk()).isAtHand(file),
      regain: async file => (await desk()).regain(file),
      lasts: async path => (await desk()).lasts(path),
      letGo: async path => (await desk()).letGo(path),
    },
    handOver: async () => (await loaded)?.handOver(),
    takeOver: async handed => (await desk()).takeOver(handed),
  }
}
