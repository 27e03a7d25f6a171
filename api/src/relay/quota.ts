import { LIMITS, windowOf } from '@chat-room/protocol'
import type { TransferFacts } from './ports.ts'
import { unitsOf } from './transfer.ts'

/**
 * What any transfer is charged at least: a directory, a record, a table and the data are 20 KiB of a disk with blocks of
 * 4 KiB, however small the file (measured: 16 000 files of 4 KiB take 329 MB), and no transfer is charged less than the
 * smallest segment.
 */
export const MINIMUM_CHARGE = 64 * 1024

/**
 * Transfers at once, whatever the quota: each has 3.5 KB of heap while it is only kept (measured: 16 000 of two segments,
 * restored from the disk), together 57 MB. An address has at most half of these places: eight folders of a thousand files.
 */
export const PLACES = 16_384

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

/** The least a transfer can live with: a window of it, the whole of a small one. */
export const leastOf = (facts: Size): Allotment => roomFor(facts, windowOf(facts.segmentSize))

/**
 * What a transfer that holds so many segments may be charged: a window more. Room is given for what came, not for what
 * was announced: who only announces keeps nobody out.
 */
export const growthOf = (facts: Size, held: number): Allotment =>
  roomFor(facts, held + windowOf(facts.segmentSize))

type Charge = { readonly bytes: number; readonly address: string | undefined }

/** Bytes and places of transfers. */
export type Space = { readonly bytes: number; readonly places: number }

/** What must be given up: by whomever, and of that by the address that has too much. */
export type Shortage = { readonly all: Space; readonly own: Space }

/**
 * Who holds how much of the store. A transfer holds at most a quarter of it, an address at most half of its bytes and
 * places, so that neither one file nor one person keeps the others out. Addresses are not stored: after a restart a
 * transfer is charged to nobody until its sender is back.
 */
export class Quota {
  readonly #limit: number
  readonly #charges = new Map<object, Charge>()
  readonly #addresses = new Map<string, Space>()
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get used(): number {
    return this.#used
  }

  /** What others must give up before `transfer` may be charged `bytes`; `undefined` if no eviction helps. */
  shortage(transfer: object, bytes: number, address: string | undefined): Shortage | undefined {
    if (!this.fitsOne(bytes)) return undefined
    const held = this.#charges.get(transfer)
    const all = { bytes: this.#used, places: this.#charges.size }
    const used = (address === undefined ? undefined : this.#addresses.get(address)) ?? NO_SPACE
    const isOwn = held !== undefined && held.address === address
    return {
      all: beyond(all, held, bytes, { bytes: this.#limit, places: PLACES }),
      own: beyond(used, isOwn ? held : undefined, bytes, { bytes: this.#limit / 2, places: PLACES / 2 }),
    }
  }

  isOf(transfer: object, address: string | undefined): boolean {
    return address !== undefined && this.#charges.get(transfer)?.address === address
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
    if (address !== undefined) this.#charge(address, bytes, 1)
  }

  release(transfer: object): void {
    const held = this.#charges.get(transfer)
    if (!held) return
    this.#charges.delete(transfer)
    this.#used -= held.bytes
    if (held.address !== undefined) this.#charge(held.address, -held.bytes, -1)
  }

  #charge(address: string, bytes: number, places: number): void {
    const before = this.#addresses.get(address) ?? NO_SPACE
    const after = { bytes: before.bytes + bytes, places: before.places + places }
    if (after.places > 0) this.#addresses.set(address, after)
    else this.#addresses.delete(address)
  }
}

/** By how much it is too much, if a transfer that is charged `held` is charged `bytes` instead. */
const beyond = (used: Space, held: Charge | undefined, bytes: number, limit: Space): Space => ({
  bytes: Math.max(0, used.bytes - (held?.bytes ?? 0) + bytes - limit.bytes),
  places: Math.max(0, used.places + (held ? 0 : 1) - limit.places),
})

const NO_SPACE: Space = { bytes: 0, places: 0 }
