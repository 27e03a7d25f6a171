import { crc32 } from 'node:zlib'
import type { Run } from '../../relay/ports.ts'
import { HeldRuns } from './held-runs.ts'

/**
 * Which segment lies in which slot of the data file: one record a slot, `index 4 ‖ length 4 ‖ CRC-32 of both 4`, big-endian.
 * The check tells a written record from a torn or cleared one. Its size is that of the slots used at once, however
 * many segments pass through them.
 */
export const SLOT_RECORD_BYTES = 12
const CHECKED_BYTES = 8

export type Slot = { readonly slot: number; readonly length: number }

export class SlotTable {
  #bytes: Buffer
  readonly #byIndex = new Map<number, Slot>()
  readonly #held: HeldRuns
  /** Slots that hold nothing; the last one is used next. */
  readonly #free: number[] = []
  #slots = 0

  /** From the bytes of a table file and the number of bytes in the data file beside it. */
  constructor(bytes: Uint8Array = new Uint8Array(0), dataBytes = 0, slotBytes = 1) {
    this.#slots = Math.floor(bytes.length / SLOT_RECORD_BYTES)
    this.#bytes = Buffer.from(bytes.subarray(0, this.#slots * SLOT_RECORD_BYTES))
    for (let slot = this.#slots - 1; slot >= 0; slot--) {
      const record = this.#record(slot)
      const [index, length] = [record.readUInt32BE(0), record.readUInt32BE(4)]
      const valid =
        record.readUInt32BE(CHECKED_BYTES) === crc32(record.subarray(0, CHECKED_BYTES)) &&
        slot * slotBytes + length <= dataBytes &&
        !this.#byIndex.has(index)
      if (valid) this.#byIndex.set(index, { slot, length })
      else this.#release(slot)
    }
    this.#held = new HeldRuns(this.#byIndex.keys())
  }

  get count(): number {
    return this.#byIndex.size
  }

  indices(): Iterable<number> {
    return this.#byIndex.keys()
  }

  runs(most: number): Run[] {
    return this.#held.first(most)
  }

  find(index: number): Slot | undefined {
    return this.#byIndex.get(index)
  }

  /** A slot for a new segment, which is nobody's until `mark` or `giveBack`. */
  take(): number {
    const slot = this.#free.pop() ?? this.#slots++
    const needed = this.#slots * SLOT_RECORD_BYTES
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, needed))
      this.#bytes.copy(larger)
      this.#bytes = larger
    }
    return slot
  }

  giveBack(slot: number): void {
    this.#free.push(slot)
  }

  mark(index: number, slot: number, length: number): void {
    const record = this.#record(slot)
    record.writeUInt32BE(index, 0)
    record.writeUInt32BE(length, 4)
    record.writeUInt32BE(crc32(record.subarray(0, CHECKED_BYTES)), CHECKED_BYTES)
    this.#byIndex.set(index, { slot, length })
    this.#held.add(index)
  }

  /** The slot that held the segment, if one did. */
  clear(index: number): number | undefined {
    const held = this.#byIndex.get(index)
    if (!held) return undefined
    this.#byIndex.delete(index)
    this.#held.delete(index)
    this.#release(held.slot)
    return held.slot
  }

  /** What the file says of the slots `first`…`last`. */
  bytes(first: number, last: number): Uint8Array {
    return this.#bytes.subarray(first * SLOT_RECORD_BYTES, (last + 1) * SLOT_RECORD_BYTES)
  }

  #release(slot: number): void {
    // The CRC-32 of eight zero bytes is not zero: a cleared record is no valid one.
    this.#record(slot).fill(0)
    this.#free.push(slot)
  }

  #record(slot: number): Buffer {
    return this.#bytes.subarray(slot * SLOT_RECORD_BYTES, (slot + 1) * SLOT_RECORD_BYTES)
  }
}
