import type { TransferView } from '../events.ts'
import type { Download } from './receiving/download.ts'
import type { Upload } from './sending/upload.ts'

export type Transfer = Upload | Download

/** Transfers of others that a client keeps in mind, and own ones, several folders of each: others may offer as many as they like. */
const MOST = 4_000
/** And those of one other member: nobody's offers keep the files of all others out. */
const SHARE = MOST / 4

/** All transfers of a client, numbered 1, 2, 3… in the order of appearance. A number is never given twice. */
export class TransferTable {
  readonly #byNumber = new Map<number, Transfer>()
  readonly #byId = new Map<string, Transfer>()
  /** By whose they are; the own ones are nobody's. */
  readonly #bySender = new Map<string | undefined, Map<number, Transfer>>()
  #incoming = 0
  #last = 0

  /** `false` if there is no room: nothing here, of the same sender or of anybody, is over or waits for a decision. */
  add(transfer: Transfer): boolean {
    const sender = senderOf(transfer)
    const theirs = this.#bySender.get(sender) ?? new Map<number, Transfer>()
    const most = sender === undefined ? MOST : SHARE
    if (theirs.size >= most && !this.#forgetOne(theirs)) return false
    if (sender !== undefined && this.#incoming >= MOST && !this.#forgetIncoming()) return false
    this.#last += 1
    this.#byNumber.set(this.#last, transfer)
    this.#byId.set(transfer.transfer, transfer)
    theirs.set(this.#last, transfer)
    this.#bySender.set(sender, theirs)
    if (sender !== undefined) this.#incoming += 1
    return true
  }

  get(number: number): Transfer | undefined {
    return this.#byNumber.get(number)
  }

  find(id: string): Transfer | undefined {
    return this.#byId.get(id)
  }

  views(): readonly TransferView[] {
    return [...this.#byNumber].map(([number, transfer]) => ({ number, ...transfer.view }))
  }

  [Symbol.iterator](): Iterator<Transfer> {
    return this.#byNumber.values()
  }

  /** Of whoever has the most. */
  #forgetIncoming(): boolean {
    const all = [...this.#bySender].filter(([sender]) => sender !== undefined).map(([, theirs]) => theirs)
    return all.sort((a, b) => b.size - a.size).some(theirs => this.#forgetOne(theirs))
  }

  #forgetOne(theirs: ReadonlyMap<number, Transfer>): boolean {
    const entries = [...theirs]
    // Of one that is over and still lasting something is left to be deleted.
    const victim =
      entries.find(([, { over, lasting }]) => over && !lasting) ??
      entries.find(([, transfer]) => transfer.direction === 'in' && transfer.undecided)
    if (victim === undefined) return false
    const [number, transfer] = victim
    const sender = senderOf(transfer)
    this.#byNumber.delete(number)
    this.#byId.delete(transfer.transfer)
    this.#bySender.get(sender)?.delete(number)
    if (this.#bySender.get(sender)?.size === 0) this.#bySender.delete(sender)
    if (sender !== undefined) this.#incoming -= 1
    return true
  }
}

const senderOf = (transfer: Transfer): string | undefined =>
  transfer.direction === 'in' ? transfer.sender : undefined
