import { unreachable } from '@chat-room/protocol'
import type { Bytes } from '../../bytes.ts'
import { freeMemory } from '../../free-memory.ts'
import type { FileSink } from '../../ports.ts'
import { isProblem, type TransferContext } from '../transfer-context.ts'
import type { IncomingBuffer, Opened } from './incoming-buffer.ts'
import { INCOMING_FAILURES, type IncomingFailure, type IncomingFile } from './incoming-file.ts'
import { Wanting } from './wanting.ts'

export type Finished = Awaited<ReturnType<FileSink['finish']>>

export type FetchListener = {
  /** A segment is here: from an earlier process, or just now. */
  kept(index: number): void
  /** What an earlier process left was looked through. */
  resumed(): void
  /** It is verified and has its final name; `undefined`: it got that from an earlier process. */
  arrived(file: Finished | undefined): void
  /** In words for whom the file is for. */
  failed(problem: string): void
}

type Phase =
  | 'fetching'
  /** All of it is here: too late to let it wait. */
  | 'verifying'
  /** It is getting its name: too late to stop it. */
  | 'finishing'

/** A file while it is being fetched: into its buffer, as long as something is lacking; then verified and given its name. */
export class Fetching {
  readonly #context: Pick<TransferContext, 'channel'>
  readonly #transfer: string
  readonly #buffer: IncomingBuffer
  readonly #listener: FetchListener
  #phase: Phase = 'fetching'
  #goesOn = false
  /** What becomes of the buffer, if nothing more is to be done. */
  #stopped: 'discard' | 'keep' | undefined
  #opening: Promise<void> | undefined
  #current: { readonly file: IncomingFile; readonly wanting: Wanting } | undefined
  #finishing: Promise<void> = Promise.resolve()

  constructor(
    context: Pick<TransferContext, 'channel'>,
    transfer: string,
    buffer: IncomingBuffer,
    listener: FetchListener,
  ) {
    this.#context = context
    this.#transfer = transfer
    this.#buffer = buffer
    this.#listener = listener
  }

  get phase(): Phase {
    return this.#phase
  }

  /** Begins, or goes on; said again it does nothing. */
  start(): void {
    this.#goesOn = true
    this.#stopped = undefined
    if (this.#current === undefined) this.#opening ??= this.#open()
    else this.#ask()
  }

  /** Nothing more is wanted for now. What is on its way still comes. */
  halt(): void {
    this.#goesOn = false
    this.#current?.wanting.halt()
  }

  /** The connection is gone. */
  interrupt(): void {
    this.#current?.wanting.interrupt()
  }

  /** Whether it was waited for. */
  segment(index: number, ciphertext: Bytes): boolean {
    const { file } = this.#current ?? {}
    if (file === undefined || !file.window.arrived(index)) {
      freeMemory(ciphertext)
      return false
    }
    file.take(index, ciphertext).then(
      outcome => this.#took(file, index, outcome),
      () => this.#took(file, index, 'unwritable'),
    )
    return true
  }

  /** For good; `quietly`: the relay knows. */
  discard(quietly: boolean): void {
    this.#stopped = 'discard'
    const current = this.#drop()
    if (!quietly) current?.wanting.quit()
    if (current !== undefined || this.#opening === undefined) this.#buffer.discard(current?.file)
  }

  /** For a later process. */
  async keep(): Promise<void> {
    if (this.#phase === 'finishing') await this.#finishing
    // What is to be discarded as soon as it is open still is.
    this.#stopped ??= 'keep'
    const current = this.#drop()
    await this.#opening
    this.#buffer.keep(current?.file)
    await this.#buffer.settled()
  }

  /** Resolves when nothing is being done with the buffer. */
  async settled(): Promise<void> {
    if (this.#phase === 'finishing') await this.#finishing
    await this.#opening
    await this.#buffer.settled()
  }

  #drop() {
    const current = this.#current
    this.#current = undefined
    this.#goesOn = false
    this.#phase = 'fetching'
    return current
  }

  async #open(): Promise<void> {
    const opening = this.#buffer.open({
      found: index => {
        if (this.#stopped === undefined) this.#listener.kept(index)
      },
      goesOn: () => this.#stopped === undefined,
    })
    const opened = await opening.catch(() => ({ problem: INCOMING_FAILURES.unwritable }))
    // From here on whoever stops it finds what there is.
    this.#opening = undefined
    if (this.#stopped !== undefined)
      this.#putAway(opened === 'finished' || isProblem(opened) ? undefined : opened.file)
    else if (opened === 'finished') this.#arrived(undefined)
    else if (isProblem(opened)) this.#listener.failed(opened.problem)
    else this.#fill(opened)
  }

  /** It was stopped while it was being opened. */
  #putAway(file: IncomingFile | undefined): void {
    if (this.#stopped === 'keep') this.#buffer.keep(file)
    else this.#buffer.discard(file)
  }

  #fill({ file, resumed }: Opened): void {
    this.#current = { file, wanting: new Wanting(this.#context.channel, this.#transfer, file.window) }
    if (resumed) this.#listener.resumed()
    this.#ask()
  }

  #ask(): void {
    if (this.#goesOn && this.#phase === 'fetching') this.#current?.wanting.request()
  }

  #took(file: IncomingFile, index: number, outcome: 'kept' | 'again' | IncomingFailure): void {
    if (file !== this.#current?.file) return
    switch (outcome) {
      case 'kept':
        this.#listener.kept(index)
        if (file.window.complete) this.#finishing = this.#finish(file).catch(() => this.#fail('unwritable'))
        else this.#ask()
        break
      case 'again':
        this.#ask()
        break
      case 'damaged':
      case 'unwritable':
        this.#fail(outcome)
        break
      default:
        unreachable(outcome)
    }
  }

  async #finish(file: IncomingFile): Promise<void> {
    this.#phase = 'verifying'
    const verdict = await file.verify()
    if (file !== this.#current?.file) return
    if (verdict === 'again') {
      this.#phase = 'fetching'
      this.#ask()
    } else if (verdict !== 'verified') this.#fail(verdict)
    else {
      this.#phase = 'finishing'
      this.#arrived(await file.finish())
    }
  }

  #arrived(finished: Finished | undefined): void {
    this.#drop()
    this.#buffer.finished()
    this.#listener.arrived(finished)
  }

  #fail(failure: IncomingFailure): void {
    if (this.#stopped === undefined) this.#listener.failed(INCOMING_FAILURES[failure])
  }
}
