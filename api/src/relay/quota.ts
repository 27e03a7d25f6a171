import { LIMITS } from '@chat-room/protocol'
import type { TransferFacts } from './ports.ts'
import { unitsOf } from './transfer.ts'

/** What any transfer is charged at least, so that the quota bounds their number too: files, memory, work. */
export const MINIMUM_CHARGE = 1024 * 1024

type Size = Pick<TransferFacts, 'size' | 'segmentSize'>

/** How much of a transfer may be held at once, and what that costs. */
export type Allotment = { readonly slots: number; readonly bytes: number }

export const wholeOf = (facts: Size): Allotment => ({
  slots: unitsOf(facts),
  bytes: Math.max(MINIMUM_CHARGE, facts.size + LIMITS.trailerBytes),
})

/** Room for so many segments at once, the whole at most. */
export function roomFor(facts: Size, segments: number): Allotment {
  const whole = wholeOf(facts)
  if (segments >= whole.slots) return whole
  const bytes = Math.max(MINIMUM_CHARGE, segments * facts.segmentSize)
  return { slots: segments, bytes: Math.min(bytes, whole.bytes) }
}

/** The least a transfer can live with; the whole of a small one. */
export const windowOf = (facts: Size): Allotment => roomFor(facts, LIMITS.windowSegments)

/**
 * What a transfer that holds so many segments may be charged: a window more. Room is given for what came, not for what
 * was announced: who only announces keeps nobody out.
 */
export const growthOf = (facts: Size, held: number): Allotment => roomFor(facts, held + LIMITS.windowSegments)

type Charge = { readonly bytes: number; readonly address: string | undefined }

/**
 * Who holds how much of the store. A transfer holds at most a quarter of it, an address at most half, so that neither one
 * file nor one person keeps the others out. Addresses are not stored: after a restart a transfer is charged to nobody
 * until its sender is back.
 */
export class Quota {
  readonly #limit: number
  readonly #charges = new Map<object, Charge>()
  readonly #addresses = new Map<string, number>()
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get used(): number {
    return this.#used
  }

  /**
   * Bytes that others must give up before `transfer` may be charged `bytes`; 0 if there is room, `undefined` if no
   * eviction helps.
   */
  shortage(transfer: object, bytes: number, address: string | undefined): number | undefined {
    const held = this.#charges.get(transfer)
    if (!this.fitsOne(bytes)) return undefined
    if (address !== undefined) {
      const own = held?.address === address ? held.bytes : 0
      const others = (this.#addresses.get(address) ?? 0) - own
      if (others + bytes > this.#limit / 2) return undefined
    }
    return Math.max(0, this.#used - (held?.bytes ?? 0) + bytes - this.#limit)
  }

  /** Whether a transfer may ever be charged so much. */
  fitsOne(bytes: number): boolean {
    return bytes <= this.#limit / 4
  }

  charged(transfer: object): number {
    return this.#charges.get(transfer)?.bytes ?? 0
  }

  /** In place of what it was charged before. */
  charge(transfer: object, bytes: number, address: string | undefined): void {
    this.release(transfer)
    this.#charges.set(transfer, { bytes, address })
    this.#used += bytes
    if (address !== undefined) this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + bytes)
  }

  release(transfer: object): void {
    const held = this.#charges.get(transfer)
    if (!held) return
    this.#charges.delete(transfer)
    this.#used -= held.bytes
    if (held.address === undefined) return
    const rest = (this.#addresses.get(held.address) ?? 0) - held.bytes
    if (rest > 0) this.#addresses.set(held.address, rest)
    else this.#addresses.delete(held.address)
  }
}
