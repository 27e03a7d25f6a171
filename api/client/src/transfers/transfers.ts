import type { Offer, RelayMessage } from '@chat-room/protocol'
import { type Bytes, decodeBase64Url, encodeBase64Url } from '../bytes.ts'
import type { ClientOptions, Target } from '../client.ts'
import type { TransferView } from '../events.ts'
import { LastWords } from './channel/last-words.ts'
import { type ChannelPorts, SegmentChannel } from './channel/segment-channel.ts'
import type { Control } from './controls.ts'
import { type Restored, restoreTransfers } from './kept/restoring.ts'
import { saveSender } from './kept/saved-sender.ts'
import type { SavedDownload, SavedKeys, SavedTransfers, SavedUpload } from './kept/saved-transfers.ts'
import { type Origin, readOffer } from './offered-file.ts'
import { fillPlaces } from './places.ts'
import { Download } from './receiving/download.ts'
import { Sending } from './sending/sending.ts'
import type { Upload } from './sending/upload.ts'
import { createBudgets, type TransferContext } from './transfer-context.ts'
import { type Transfer, TransferTable } from './transfer-table.ts'

export type TransferDeps = ChannelPorts &
  Pick<
    TransferContext,
    'room' | 'files' | 'identity' | 'openJournal' | 'isToldOnce' | 'saved' | 'emit' | 'sendOffer' | 'aliasOf'
  > & {
    readonly accept: ClientOptions['accept']
    /** Of the room's keys: files offered from now on are signed for it. */
    readonly epoch: () => number
    /** What `save` gives may be something else now: it need not be kept at once. */
    readonly savedChanged: () => void
  }

/** The client core's half of files: everything that is sent and received, over a socket that is there when it is needed. */
export interface Transfers {
  /** Offers a file, or all files of a folder (M9). What comes of it is told by events. */
  send(path: string, target: Target): void
  /** Somebody's offer, out of a message whose signature was verified. An own one, or one known already, is ignored. */
  offered(offer: Offer, origin: Origin): void
  /**
   * Does it to the transfer of this number, as views tell it. Undefined: it was done; else a sentence that says why not.
   * `cancel` of an own file withdraws it from everybody who does not have it yet.
   */
  control(control: Control, number: number): string | undefined
  list(): readonly TransferView[]
  /** What is worth keeping on this device; JSON. */
  save(): SavedTransfers
  /** What `save` gave in an earlier process, or to the member that this one was before. Before the first `online`. */
  restore(saved: unknown): void
  /** The room connection came or went. */
  online(): void
  offline(): void
  /**
   * Resolves when nothing is under way: every file that was sent is at the relay, every accepted one is here or ended. What
   * is paused, interrupted, or offered and undecided, is not under way.
   */
  settled(): Promise<void>
  /** Stops everything, and keeps what a later process needs to go on. */
  suspend(): Promise<void>
  /** Stops everything for good: what has not arrived is deleted, here and at the relay. */
  close(): Promise<void>
}

export const createTransfers = (deps: TransferDeps): Transfers => new ClientTransfers(deps)

class ClientTransfers implements Transfers {
  readonly #deps: TransferDeps
  readonly #context: TransferContext
  readonly #channel: SegmentChannel
  readonly #sending: Sending
  readonly #table = new TransferTable()
  /** Commands whose files are in no table yet. */
  #looking = 0
  /** What the relay must still be told of transfers that are over here. */
  readonly #lastWords = new LastWords(word => this.#channel.send(word))
  /** Whose offers were left out last: it is said once. */
  readonly #crowded = new Set<string | undefined>()
  #updating = false
  #stopped = false
  /** Why files do not move until the room connection is made again, in plain words. */
  #barred: string | undefined
  /** What an earlier process left: taken up when this one is in the room. */
  #restored: Restored[] = []
  #begun = false
  #waiting: (() => void)[] = []

  constructor(deps: TransferDeps) {
    this.#deps = deps
    this.#channel = new SegmentChannel(deps, {
      attached: () => this.#attached(),
      detached: () => this.#detached(),
      message: message => this.#receive(message),
      segment: (transfer, index, ciphertext) => this.#segment(transfer, index, ciphertext),
      stopped: reason => this.#bar(reason),
    })
    this.#context = {
      ...deps,
      ...createBudgets(),
      member: encodeBase64Url(deps.identity.public.memberId),
      channel: this.#channel,
      sayLast: word => {
        this.#lastWords.add(word, this.#channel.attached)
        this.#changed()
      },
      sendAgain: file => this.#look(this.#sending.sendOne(file)),
      saved: () => {
        deps.savedChanged()
        return deps.saved()
      },
      changed: () => this.#changed(),
    }
    this.#sending = new Sending(this.#context, {
      uploads: () => this.#uploads(),
      add: upload => !this.#stopped && this.#add(upload, upload.facts.name),
      epoch: deps.epoch,
      refuse: (code, message) => this.#refuse(code, message),
    })
  }

  send(path: string, target: Target): void {
    this.#look(this.#sending.send(path, target))
  }

  offered(offer: Offer, origin: Origin): void {
    if (this.#stopped || this.#table.find(offer.transfer) !== undefined) return
    const parts = readOffer(offer, this.#deps.room)
    if (parts === undefined) {
      this.#refuse('file', `${origin.alias} offers a file that cannot be fetched: ${offer.name}`)
      return
    }
    const download = new Download(this.#context, offer, origin, parts)
    if (!this.#add(download, offer.name)) return
    this.#tellOffered(download, offer.preview)
    if (origin.history) return
    if (this.#deps.accept === 'all') download.accept()
    else if (this.#deps.accept === 'none') download.decline()
  }

  control(control: Control, number: number): string | undefined {
    const transfer = this.#table.get(number)
    if (transfer === undefined) return `There is no file ${number}.`
    const moves = control === 'accept' || control === 'continue'
    if (moves && this.#barred !== undefined) return `Files do not move any more: ${this.#barred}`
    return transfer[control]()
  }

  list(): readonly TransferView[] {
    return this.#table.views()
  }

  save(): SavedTransfers {
    const uploads: SavedUpload[] = []
    const downloads: SavedDownload[] = []
    const senders: Record<string, SavedKeys> = {}
    for (const transfer of this.#table) {
      if (!transfer.lasting) continue
      if (transfer.direction === 'out') uploads.push(transfer.save())
      else {
        const saved = transfer.save()
        downloads.push(saved)
        senders[saved.member] ??= saveSender(transfer.origin.sender)
      }
    }
    return { member: this.#context.member, senders, uploads, downloads, words: this.#lastWords.save() }
  }

  restore(saved: unknown): void {
    for (const restored of restoreTransfers(this.#context, this.#lastWords, saved)) {
      const isKnown = this.#table.find(restored.transfer.transfer) !== undefined
      if (!isKnown && this.#table.add(restored.transfer)) this.#restored.push(restored)
    }
  }

  online(): void {
    this.#barred = undefined
    this.#begin()
    this.#channel.online()
  }

  offline(): void {
    this.#channel.offline()
  }

  settled(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
      this.#changed()
    })
  }

  suspend(): Promise<void> {
    return this.#stop(transfer => transfer.suspend())
  }

  close(): Promise<void> {
    return this.#stop(transfer => transfer.close())
  }

  async #stop(how: (transfer: Transfer) => Promise<void>): Promise<void> {
    this.#stopped = true
    // What each has to say as its last word is said before the line ends.
    const stopping = [...this.#table].map(how)
    this.#channel.offline()
    const stopped = await Promise.allSettled(stopping)
    this.#settle()
    const failed = stopped.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }

  /** Once: events of what was restored come after those of getting in. */
  #begin(): void {
    if (this.#begun) return
    this.#begun = true
    for (const { transfer, ends, isOver } of this.#restored.splice(0)) {
      // What cannot be deleted stays saved as over, and is tried again by the next process.
      if (isOver) transfer.close().then(this.#context.changed, () => undefined)
      else if (ends !== undefined) transfer.abandon(ends)
      else if (transfer.direction === 'in' && transfer.undecided) this.#tellOffered(transfer)
      else if (transfer.direction === 'out' && transfer.interrupted) this.#tellInterrupted(transfer)
    }
    this.#changed()
  }

  #look(looking: Promise<void>): void {
    this.#looking += 1
    const looked = () => {
      this.#looking -= 1
      this.#changed()
    }
    looking.then(looked, looked)
  }

  /** `preview`: not kept, so that what many offer stays small; who finds an offer again after a restart does without it. */
  #tellOffered({ offer, origin }: Download, preview?: string): void {
    const { alias: from, to, history } = origin
    const { transfer, name, size, folder } = offer
    const picture = preview === undefined ? undefined : decodeBase64Url(preview)
    this.#deps.emit({
      type: 'file-offered',
      transfer,
      from,
      to,
      name,
      size,
      ...(folder && { folder: folder.path }),
      ...(picture && { preview: picture }),
      ...(history ? { history } : {}),
    })
  }

  /** Its person may have forgotten it. */
  #tellInterrupted({ facts: { transfer, name, size } }: Upload): void {
    this.#deps.emit({ type: 'file-interrupted', transfer, name, size })
  }

  *#uploads(): Iterable<Upload> {
    for (const transfer of this.#table) if (transfer.direction === 'out') yield transfer
  }

  #add(transfer: Transfer, name: string): boolean {
    const sender = transfer.direction === 'in' ? transfer.sender : undefined
    const added = this.#table.add(transfer)
    if (added) {
      this.#crowded.delete(sender)
      this.#changed()
    } else if (!this.#crowded.has(sender)) {
      this.#crowded.add(sender)
      const more =
        sender === undefined ? '' : ', and whatever else comes from there until one of them is over'
      this.#refuse('file', `too many files at once: ${name} is left out${more}`)
    }
    return added
  }

  #refuse(code: 'path' | 'file', message: string): void {
    this.#deps.emit({ type: 'error', code, message })
  }

  #attached(): void {
    this.#lastWords.attached()
    this.#each(transfer => transfer.attached())
    this.#changed()
  }

  #detached(): void {
    this.#lastWords.detached()
    this.#each(transfer => transfer.detached())
    this.#changed()
  }

  /** The server wants no further attempt: nobody need wait for what cannot come. */
  #bar(reason: string): void {
    this.#barred = reason
    this.#deps.emit({ type: 'error', code: 'server', message: `files do not move any more: ${reason}` })
    this.#each(transfer => transfer.interrupt())
    this.#changed()
  }

  #receive(message: RelayMessage): void {
    this.#lastWords.hear(message)
    const id = 'transfer' in message ? message.transfer : undefined
    // What is said of a transfer that is over here, or of none, asks for nothing.
    if (id !== undefined) this.#table.find(id)?.receive(message)
  }

  #segment(id: string, index: number, ciphertext: Bytes): void {
    const transfer = this.#table.find(id)
    if (transfer?.direction === 'in') transfer.segment(index, ciphertext)
  }

  #each(act: (transfer: Transfer) => void): void {
    for (const transfer of [...this.#table]) act(transfer)
  }

  /** Once for all that changes within one turn. */
  #changed(): void {
    if (this.#updating) return
    this.#updating = true
    queueMicrotask(() => {
      this.#updating = false
      this.#update()
    })
  }

  #update(): void {
    if (this.#stopped) {
      this.#settle()
      return
    }
    if (this.#begun) fillPlaces(this.#table)
    // In the order in which they were named, whatever each of them waits for.
    for (const upload of this.#uploads()) if (!upload.offer()) break
    const hasWords = this.#lastWords.waiting
    let needsChannel = hasWords
    let isBusy = hasWords
    for (const transfer of this.#table) {
      needsChannel ||= transfer.needsChannel
      isBusy ||= transfer.underWay
    }
    this.#channel.need(needsChannel)
    this.#deps.savedChanged()
    if (this.#looking === 0 && (!isBusy || this.#barred !== undefined)) this.#settle()
  }

  #settle(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
