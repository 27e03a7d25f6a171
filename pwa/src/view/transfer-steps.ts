import type { RoomEvent } from './room-event.ts'

/** A quarter more of a file has moved: worth a word to whoever does not see the bar. */
type TransferStep = { readonly transfer: string; readonly percent: 25 | 50 | 75 }

const STEPS = [75, 50, 25] as const

export class TransferSteps {
  readonly #reached = new Map<string, number>()

  apply(event: RoomEvent): TransferStep | undefined {
    if (event.type === 'file-ended' || event.type === 'file-received' || event.type === 'file-sent') {
      this.#reached.delete(event.transfer)
      return undefined
    }
    if (event.type !== 'file-progress' || event.size === 0) return undefined
    const share = (event.received / event.size) * 100
    const percent = share < 100 ? STEPS.find(step => share >= step) : undefined
    if (percent === undefined || percent <= (this.#reached.get(event.transfer) ?? 0)) return undefined
    this.#reached.set(event.transfer, percent)
    return { transfer: event.transfer, percent }
  }
}
