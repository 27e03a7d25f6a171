import type { Offer, RelayMessage, SegmentClientMessage } from '@chat-room/protocol'
import type { Bytes } from '../bytes.ts'
import type { ClientOptions, Target } from '../client.ts'
import type { TransferView } from '../events.ts'
import { Download, type Origin } from './download.ts'
import { readOffer } from './offered-file.ts'
import type { SavedDownload, SavedTransfers, SavedUpload } from './saved-transfers.ts'
import { type ChannelPorts, SegmentChannel } from './segment-channel.ts'
import { createLanes, isProblem, type TransferContext } from './transfer-context.ts'
import { type Transfer, TransferTable } from './transfer-table.ts'
import { Upload } from './upload.ts'

/** Files that are fetched at once; the others wait their turn. */
const PLACES = 4

export type TransferDeps = ChannelPorts &
  Pick<TransferContext, 'room' | 'files' | 'identity' | 'emit' | 'sendOffer' | 'aliasOf'> & {
    readonly accept: ClientOptions['accept']
    /** Of the room's keys: files offered from now on are signed for it. */
    readonly epoch: () => number
    /** What `save` gives is something else now. */
    readonly savedChanged: () => void
  }

/** The client core's half of files: everything that is sent and received, over a socket that is there when it is needed. */
export interface Transfers {
  /** Offers a file (M9). What comes of it is told by events. */
  send(path: string, target: Target): void
  /** Somebody's offer, out of a message whose signature was verified. An own one, or one known already, is ignored. */
  offered(offer: Offer, origin: Origin): void
  /** The controls tell whether there was something to do. Numbers are those of the views. */
  accept(number: number): boolean
  decline(number: number): boolean
  /** Of an own file: it is withdrawn from everybody who does not have it yet. */
  cancel(number: number): boolean
  pause(number: number): boolean
  continue(number: number): boolean
  list(): readonly TransferView[]
  /** What is worth keeping on this device; JSON. */
  save(): SavedTransfers
  /** The room connection came or went. */
  online(): void
  offline(): void
  /**
   * Resolves when nothing is under way: every file that was sent is at the relay, every accepted one is here or ended. What
   * is paused, or offered and undecided, is not under way.
   */
  settled(): Promise<void>
  /** Stops everything and deletes the buffers of what has not arrived. */
  close(): Promise<void>
}

export const createTransfers = (deps: TransferDeps): Transfers => new ClientTransfers(deps)

/** As long as an upload lives, the relay may want something of it, or tell of somebody who has it. */
const needsChannel = (transfer: Transfer): boolean =>
  transfer.direction === 'out' ? !transfer.over : transfer.underWay

/** Worth keeping on this device. */
const isLasting = (transfer: Transfer): boolean =>
  !transfer.over && !(transfer.direction === 'in' && transfer.undecided)

class ClientTransfers implements Transfers {
  readonly #deps: TransferDeps
  readonly #context: TransferContext
  readonly #channel: SegmentChannel
  readonly #table = new TransferTable()
  /** Files being opened, which are in no table yet. */
  #opening = 0
  /** What the relay must still be told of transfers that are over here. */
  #lastWords: SegmentClientMessage[] = []
  #updating = false
  #closed = false
  /** Ids of the transfers that `save` gave when it changed last. */
  #kept = ''
  #waiting: (() => void)[] = []

  constructor(deps: TransferDeps) {
    this.#deps = deps
    this.#channel = new SegmentChannel(deps, {
      attached: () => this.#attached(),
      detached: () => this.#each(transfer => transfer.detached()),
      message: message => this.#receive(message),
      segment: (transfer, index, ciphertext) => this.#segment(transfer, index, ciphertext),
      stopped: reason =>
        deps.emit({ type: 'error', code: 'server', message: `files do not move any more: ${reason}` }),
    })
    this.#context = {
      ...deps,
      ...createLanes(),
      channel: this.#channel,
      sayLast: message => {
        if (this.#channel.attached) this.#channel.send(message)
        else this.#lastWords.push(message)
      },
      changed: () => this.#changed(),
    }
  }

  send(path: string, target: Target): void {
    this.#opening += 1
    this.#open(path, target)
      .catch(() => this.#refuse('path', `${path} cannot be read`))
      .finally(() => {
        this.#opening -= 1
        this.#changed()
      })
  }

  offered(offer: Offer, origin: Origin): void {
    if (this.#closed || this.#table.find(offer.transfer) !== undefined) return
    const parts = readOffer(offer, this.#deps.room)
    if (parts === undefined) {
      this.#refuse('file', `${origin.alias} offers a file that cannot be fetched: ${offer.name}`)
      return
    }
    const download = new Download(this.#context, offer, origin, parts)
    if (!this.#add(download, offer.name)) return
    const { alias: from, to, history } = origin
    const { transfer, name, size } = offer
    const mark = history ? ({ history } as const) : {}
    this.#deps.emit({ type: 'file-offered', transfer, from, to, name, size, ...mark })
    if (history) return
    if (this.#deps.accept === 'all') download.accept()
    else if (this.#deps.accept === 'none') download.decline()
  }

  accept(number: number): boolean {
    const transfer = this.#table.get(number)
    return transfer?.direction === 'in' && transfer.accept()
  }

  decline(number: number): boolean {
    const transfer = this.#table.get(number)
    return transfer?.direction === 'in' && transfer.decline()
  }

  cancel(number: number): boolean {
    return this.#table.get(number)?.cancel() ?? false
  }

  pause(number: number): boolean {
    return this.#table.get(number)?.pause() ?? false
  }

  continue(number: number): boolean {
    return this.#table.get(number)?.continue() ?? false
  }

  list(): readonly TransferView[] {
    return this.#table.views()
  }

  save(): SavedTransfers {
    const uploads: SavedUpload[] = []
    const downloads: SavedDownload[] = []
    for (const transfer of this.#table) {
      if (!isLasting(transfer)) continue
      if (transfer.direction === 'out') uploads.push(transfer.save())
      else downloads.push(transfer.save())
    }
    return { uploads, downloads }
  }

  online(): void {
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

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#channel.offline()
    await Promise.all([...this.#table].map(transfer => transfer.close()))
    this.#settle()
  }

  async #open(path: string, target: Target): Promise<void> {
    const upload = await Upload.open(this.#context, path, target, this.#deps.epoch())
    if (isProblem(upload)) this.#refuse('path', upload.problem)
    else if (this.#closed || !this.#add(upload, path)) await upload.close()
    else {
      this.#changed()
      if (this.#channel.attached) upload.attached()
    }
  }

  #add(transfer: Transfer, name: string): boolean {
    const added = this.#table.add(transfer)
    if (!added) this.#refuse('file', `too many files at once: ${name} is left out`)
    return added
  }

  #refuse(code: 'path' | 'file', message: string): void {
    this.#deps.emit({ type: 'error', code, message })
  }

  #attached(): void {
    const words = this.#lastWords
    this.#lastWords = []
    for (const message of words) this.#channel.send(message)
    this.#each(transfer => transfer.attached())
    this.#changed()
  }

  #receive(message: RelayMessage): void {
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
    if (this.#closed) {
      this.#settle()
      return
    }
    this.#fillPlaces()
    const transfers = [...this.#table]
    const hasWords = this.#lastWords.length > 0
    this.#channel.need(hasWords || transfers.some(needsChannel))
    this.#keep()
    const busy = hasWords || this.#opening > 0 || transfers.some(transfer => transfer.underWay)
    if (!busy) this.#settle()
  }

  #fillPlaces(): void {
    const downloads = [...this.#table].filter(transfer => transfer.direction === 'in')
    let free = PLACES - downloads.filter(download => download.hasPlace).length
    for (const download of downloads) {
      if (free <= 0) return
      if (!download.queued) continue
      download.start()
      free -= 1
    }
  }

  #keep(): void {
    const ids = [...this.#table]
      .filter(isLasting)
      .map(({ transfer }) => transfer)
      .join()
    if (ids === this.#kept) return
    this.#kept = ids
    this.#deps.savedChanged()
  }

  #settle(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
