import { FOLDER_LIMITS } from '@chat-room/protocol'
import { encodeBase64Url } from '../../bytes.ts'
import type { Target } from '../../client.ts'
import { isProblem, type Sendable, type TransferContext } from '../transfer-context.ts'
import { describeUpload } from './announcing.ts'
import { Upload } from './upload.ts'

/** Files that are noted on this device at once. */
const BATCH = 100

export type Outgoing = {
  uploads(): Iterable<Upload>
  /** `false` if it has no place here, which was said. */
  add(upload: Upload): boolean
  epoch(): number
  /** In words for who named the path. */
  refuse(code: 'path' | 'file', message: string): void
}

/** `:File`: what a path means, and whether it is something that an earlier process was sending. */
export class Sending {
  readonly #context: TransferContext
  readonly #outgoing: Outgoing
  /** One after the other: in the order they were named, and few files open at once. */
  #before: Promise<void> = Promise.resolve()

  constructor(context: TransferContext, outgoing: Outgoing) {
    this.#context = context
    this.#outgoing = outgoing
  }

  /** All that lies at a path; resolves when it waits for its turn, or was refused. */
  send(path: string, target: Target): Promise<void> {
    return this.#next(path, () => this.#find(path, target))
  }

  /** One file, under a fresh key. */
  sendOne(file: Sendable): Promise<void> {
    return this.#next(file.path, () => this.#sendAll([file]))
  }

  #next(path: string, act: () => Promise<void>): Promise<void> {
    this.#before = this.#before.then(act).catch(() => this.#outgoing.refuse('path', `${path} cannot be read`))
    return this.#before
  }

  async #find(path: string, target: Target): Promise<void> {
    const found = await this.#context.files.find(path)
    if (isProblem(found)) return this.#outgoing.refuse('path', found.problem)
    const { files, omitted } = found
    if (files.length > FOLDER_LIMITS.files) {
      return this.#outgoing.refuse('path', `${path} has ${files.length} files: ${TOO_MANY}`)
    }
    for (const problem of omitted) this.#outgoing.refuse('path', problem)
    const id = this.#folderOf(files, target) ?? encodeBase64Url(this.#context.random(16))
    const sendable = files.map(({ path: each, folder }) => ({
      path: each,
      target,
      ...(folder !== '' && { folder: { id, path: folder } }),
    }))
    for (let first = 0; first < sendable.length; first += BATCH) {
      await this.#sendAll(sendable.slice(first, first + BATCH))
    }
  }

  /** One record of all of them: what it costs to note a file grows with their number. */
  async #sendAll(files: readonly Sendable[]): Promise<void> {
    const added: Upload[] = []
    for (const file of files) {
      const upload = await this.#describe(file).catch(() =>
        this.#outgoing.refuse('path', `${file.path} cannot be read`),
      )
      if (upload && this.#outgoing.add(upload)) added.push(upload)
    }
    if (added.length === 0) return
    await this.#context.saved()
    for (const upload of added) upload.noted()
  }

  /** Undefined if it cannot be sent, which is said, or goes on as what it was. */
  async #describe(file: Sendable): Promise<Upload | undefined> {
    const source = await this.#context.files.openSource(file.path)
    if (isProblem(source)) {
      this.#outgoing.refuse('path', source.problem)
      return undefined
    }
    try {
      const earlier = this.#earlier(file)
      if (earlier !== undefined && earlier.facts.fingerprint === (await source.fingerprint())) {
        if (!earlier.sent) earlier.continue()
        return undefined
      }
      if (earlier?.interrupted === true) earlier.outdated()
      const upload = await describeUpload(this.#context, file, source, this.#outgoing.epoch())
      if (upload !== undefined) return new Upload(this.#context, upload, 'new')
      this.#outgoing.refuse('path', `${source.name} is too large`)
      return undefined
    } finally {
      await source.close()
    }
  }

  /** What an earlier process left unfinished of this file; of a folder that is sent again, also what it had sent of it. */
  #earlier({ path, target, folder }: Sendable): Upload | undefined {
    for (const upload of this.#outgoing.uploads()) {
      if (upload.over || upload.facts.path !== path || !isSameTarget(upload.facts.target, target)) continue
      if (upload.interrupted) return upload
      if (upload.sent && folder !== undefined && upload.facts.folder?.id === folder.id) return upload
    }
    return undefined
  }

  /** The folder that an earlier process left unfinished, if this is one. */
  #folderOf(files: readonly { readonly path: string }[], target: Target): string | undefined {
    const paths = new Set(files.map(({ path }) => path))
    for (const { interrupted, facts } of this.#outgoing.uploads()) {
      if (interrupted && facts.folder && paths.has(facts.path) && isSameTarget(facts.target, target)) {
        return facts.folder.id
      }
    }
    return undefined
  }
}

const isSameTarget = (a: Target, b: Target): boolean =>
  a.to === 'all' || b.to === 'all' ? a.to === b.to : a.member === b.member

const TOO_MANY = `more than ${FOLDER_LIMITS.files} are not sent one by one. Pack them into an archive, and send that.`
