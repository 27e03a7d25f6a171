import type { TransferView } from '../events.ts'
import type { Download } from './download.ts'
import type { Upload } from './upload.ts'

export type Transfer = Upload | Download

/** Transfers that a client keeps in mind, several folders among them: others may offer as many as they like. */
const MOST = 4_000

/** All transfers of a client, numbered 1, 2, 3… in the order of appearance. A number is never given twice. */
export class TransferTable {
  readonly #byNumber = new Map<number, Transfer>()
  readonly #byId = new Map<string, Transfer>()
  #last = 0

  /** `false` if there is no room: nothing here is over, or waits for a decision. */
  add(transfer: Transfer): boolean {
    if (this.#byNumber.size >= MOST && !this.#forgetOne()) return false
    this.#last += 1
    this.#byNumber.set(this.#last, transfer)
    this.#byId.set(transfer.transfer, transfer)
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

  #forgetOne(): boolean {
    const entries = [...this.#byNumber]
    const victim =
      entries.find(([, { over }]) => over) ??
      entries.find(([, transfer]) => transfer.direction === 'in' && transfer.undecided)
    if (victim === undefined) return false
    this.#byNumber.delete(victim[0])
    this.#byId.delete(victim[1].transfer)
    return true
  }
}
