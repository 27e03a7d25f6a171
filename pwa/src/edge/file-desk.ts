import type { Files } from '@chat-room/client'
import { ChosenTargets } from './chosen-targets.ts'
import { choose, dialogs, pickByInput } from './file-dialogs.ts'
import { createFiles, type Rung } from './files.ts'
import { type GivenFile, GivenFiles } from './given-files.ts'
import { createGivenRows } from './given-rows.ts'
import { KeptCopies } from './kept-copies.ts'
import { KeptHandles } from './kept-handles.ts'
import { ReadablePlaces } from './readable-places.ts'
import { ReceivedFiles } from './received-files.ts'
import type { Readable } from './sealed-copy.ts'

/** An own file that an earlier page was sending, as the core lists it. */
type Interrupted = { readonly path: string; readonly name: string; readonly size: number }

/** All that a page does with files: of a person, of the core, and of what has arrived. */
export type FileDesk = {
  readonly files: Files
  /** The paths by which `:File` sends it. */
  give(given: readonly GivenFile[]): readonly string[]
  /** In a click of who stays: the same of what they choose in a dialog that gives handles. Undefined: there is none for them. */
  ask(): Promise<readonly string[] | undefined>
  /** By the path that `file-received` tells. */
  readonly received: ReceivedFiles
  /** Where a file of this size would go. */
  plan(size: number): Promise<Rung>
  /** In a click: asks for a place to write this transfer to. False: the person changed their mind. */
  choose(transfer: string, name: string): Promise<boolean>
  /** Whether it can be read without asking anybody. */
  isAtHand(file: Interrupted): Promise<boolean>
  /** In a click: so that it can be read again. `other`: what the person picked is not this file. */
  regain(file: Interrupted): Promise<'here' | 'other' | 'declined'>
  /** Whether a page after this one can go on with it, or nobody asked for that. */
  lasts(path: string): Promise<boolean>
  /** Nobody needs it any more: what this device kept of it goes. */
  letGo(path: string): Promise<void>
  /** What another page of this browser needs to go on, for `takeOver` there; structured clones of it do as well. */
  handOver(): Promise<unknown>
  /** Resolves when nobody tidies up what that page had. */
  takeOver(handed: unknown): Promise<void>
}

type Handed = { readonly given: ReadonlyMap<string, GivenFile>; readonly held: ReadonlyMap<string, Blob> }

export type Surroundings = {
  /** Where it is. */
  readonly room: string
  readonly stays: () => boolean
  /** Seals what is kept. */
  readonly deviceKey: () => Promise<CryptoKey | undefined>
}

export async function createFileDesk({ room, stays, deviceKey }: Surroundings): Promise<FileDesk> {
  const given = new GivenFiles()
  const rows = createGivenRows(stays)
  const handles = new KeptHandles(room, rows)
  const copies = new KeptCopies(room, rows, async () => (stays() ? deviceKey() : undefined))
  // What was given by their paths is not mistaken for them.
  for (const [path, file] of await copies.open(Date.now())) given.restore(path, file)

  const give: FileDesk['give'] = each => {
    const paths = given.add(each)
    for (const path of paths) {
      const files = given.behind(path)
      const handle = files[0]?.[1].handle
      const noted = handle === undefined ? handles.drop(path) : handles.keep(path, handle)
      // What cannot be kept is asked for again.
      noted.catch(() => {})
      if (handle === undefined) for (const [each, { file }] of files) copies.keep(each, file)
    }
    return paths
  }
  const readable = new ReadablePlaces(give, handles)
  const received = new ReceivedFiles()
  const targets = new ChosenTargets()
  const { plan, ...files } = createFiles({ room, given, readable, received, targets, stays })
  const find = async (wanted: Interrupted, asks: boolean) => {
    const { path } = wanted
    const file = given.get(path) ?? (await readable.read(path, asks))
    return file !== undefined && isLike(file, wanted)
  }
  return {
    files,
    received,
    plan,
    give,
    async ask() {
      if (!stays()) return undefined
      const chosen = await choose(dialogs.showOpenFilePicker?.({ multiple: true }))
      if (chosen === undefined || chosen === 'declined') return chosen && []
      const each = async (handle: FileSystemFileHandle) => ({
        file: await handle.getFile(),
        folder: '',
        handle,
      })
      return give(await Promise.all(chosen.map(each)))
    },
    choose: (transfer, name) => targets.choose(transfer, name),
    isAtHand: file => find(file, false),
    async regain(wanted) {
      if (await find(wanted, true)) return 'here'
      const file = await pickAgain()
      if (file === undefined) return 'declined'
      if (!isLike(file, wanted)) return 'other'
      given.restore(wanted.path, file)
      copies.keep(wanted.path, file)
      return 'here'
    },
    lasts: async path =>
      !stays() || (await copies.has(path)) || (await readable.read(path, false)) !== undefined,
    letGo: async path => copies.drop(path),
    async handOver(): Promise<Handed> {
      await copies.settled()
      return { given: given.held(), held: received.held() }
    },
    async takeOver(handed) {
      const { given: files, held } = handed as Handed
      given.adopt(files)
      await received.adopt(held)
    },
  }
}

/** Whether it has changed since, the core finds out; another one it would take for a new version of it. */
const isLike = (file: Readable, { name, size }: Interrupted): boolean =>
  file.name === name && file.size === size

async function pickAgain(): Promise<File | undefined> {
  const chosen = await choose(dialogs.showOpenFilePicker?.({ multiple: false }))
  if (chosen === 'declined') return undefined
  const [file] =
    chosen === undefined ? await pickByInput() : await Promise.all(chosen.map(each => each.getFile()))
  return file
}
