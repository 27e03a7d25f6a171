import { type FileHandle, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Id, Outcome, StoredTransfer, TransferFacts } from '../../relay/ports.ts'
import type { OpenFiles } from './open-files.ts'
import { SLOT_RECORD_BYTES, type SlotTable } from './slot-table.ts'
import { encodeTransferRecord, type TransferRecord } from './transfer-record.ts'

export const RECORD_FILE = 'transfer.json'
export const TABLE_FILE = 'slots'
export const DATA_FILE = 'segments'

/**
 * So many marks are written together while the disk is busy; when as many wait behind those being written, segments wait
 * too. Twice this is what a kill may cost.
 */
const MARKS = 8

/** The disk, or what this user may fill of it. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])

type Deps = {
  readonly directory: string
  readonly files: OpenFiles
  readonly table: SlotTable
  readonly record: TransferRecord
  /** Nothing of it is on the disk yet, not even the directory. */
  readonly fresh: boolean
  readonly onRemoved: () => void
  readonly onError: (error: unknown) => void
}

/**
 * One transfer in a directory of its own: the record, the data file with a slot for each segment held at once, and the
 * table of what lies where. A slot is marked after its data was written and cleared before it is written again, so that
 * a killed process claims no segment that is not there.
 */
export class DiskTransfer implements StoredTransfer {
  readonly facts: TransferFacts
  readonly #outcomes: Map<Id, Outcome>
  readonly #deps: Deps
  readonly #table: SlotTable
  readonly #data: string
  readonly #under: Set<Promise<unknown>> = new Set()
  #started: Promise<void> | undefined
  #saving: Promise<void> = Promise.resolve()
  #flushing: Promise<void> | undefined
  #dirty: { first: number; last: number; marks: number } | undefined
  /** Cleared in memory, perhaps not yet on the disk. */
  readonly #cleared = new Set<number>()
  #writing = 0
  #over = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.facts = deps.record.facts
    this.#outcomes = new Map(deps.record.outcomes)
    this.#table = deps.table
    this.#data = join(deps.directory, DATA_FILE)
    if (!deps.fresh) this.#started = Promise.resolve()
  }

  get outcomes(): ReadonlyMap<Id, Outcome> {
    return this.#outcomes
  }

  get count(): number {
    return this.#over ? 0 : this.#table.count
  }

  indices(): Iterable<number> {
    return this.#over ? [] : this.#table.indices()
  }

  lengthOf(index: number): number | undefined {
    return this.#over ? undefined : this.#table.find(index)?.length
  }

  async write(index: number, bytes: Uint8Array): Promise<'written' | 'disk-full'> {
    if (this.#over) return 'written'
    const slot = this.#table.take()
    this.#writing++
    let written = false
    try {
      await this.#track(this.#writeSlot(slot, bytes))
      written = true
    } catch (error) {
      if (!isFull(error)) throw error
      return 'disk-full'
    } finally {
      this.#writing--
      if (written) this.#table.mark(index, slot, bytes.length)
      else this.#table.giveBack(slot)
      this.#touch(slot)
    }
    if (this.#marksWaiting() >= MARKS) await this.#flush().catch(this.#deps.onError)
    return 'written'
  }

  async #writeSlot(slot: number, bytes: Uint8Array): Promise<void> {
    await this.#start()
    if (this.#cleared.has(slot)) await this.#flush()
    if (this.#over) return
    await this.#deps.files.use(this.#data, file => writeAll(file, bytes, slot * this.facts.segmentSize))
  }

  async read(index: number, into: Uint8Array): Promise<boolean> {
    const held = this.#table.find(index)
    if (this.#over || !held || held.length !== into.length) return false
    const position = held.slot * this.facts.segmentSize
    const { bytesRead } = await this.#track(
      this.#deps.files.use(this.#data, file => file.read(into, 0, into.length, position)),
    )
    // Dropped meanwhile: the slot may have been written again under the read.
    return bytesRead === into.length && this.#table.find(index) === held
  }

  drop(index: number): void {
    const slot = this.#table.clear(index)
    if (slot === undefined) return
    this.#cleared.add(slot)
    this.#touch(slot)
  }

  settle(member: Id, outcome: Outcome): void {
    this.#outcomes.set(member, outcome)
    this.#save().catch(this.#deps.onError)
  }

  async empty(): Promise<void> {
    await this.#finish()
    // What the receiver said must be known before what it has is gone.
    await this.#save()
    await this.#deleteFiles(TABLE_FILE, DATA_FILE)
  }

  async remove(): Promise<void> {
    await this.#finish()
    await this.#saving
    // Without its record a directory is garbage: whatever interrupts this, the rest is swept at the next start.
    await this.#deleteFiles(RECORD_FILE, TABLE_FILE, DATA_FILE)
    await rm(this.#deps.directory, { recursive: true, force: true })
    this.#deps.onRemoved()
  }

  /** Everything under way is on the disk. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#under, this.#saving])
    await this.#flush().catch(this.#deps.onError)
  }

  async #finish(): Promise<void> {
    this.#over = true
    await Promise.allSettled([...this.#under])
    await this.#flushing?.catch(() => undefined)
  }

  async #deleteFiles(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const path = join(this.#deps.directory, name)
      await this.#deps.files.close(path)
      await rm(path, { force: true })
    }
  }

  /** The directory and the record, before the first segment. */
  #start(): Promise<void> {
    this.#started ??= this.#create().catch(error => {
      // Tried again by the next segment.
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  async #create(): Promise<void> {
    await mkdir(this.#deps.directory, { recursive: true, mode: 0o700 })
    await this.#writeRecord()
  }

  /** One after the other; the last one writes what all changed. */
  #save(): Promise<void> {
    const save = async () => {
      await this.#start()
      await this.#writeRecord()
    }
    const saved = this.#saving.then(save)
    this.#saving = saved.catch(() => undefined)
    return saved
  }

  async #writeRecord(): Promise<void> {
    const path = join(this.#deps.directory, RECORD_FILE)
    const text = encodeTransferRecord({ facts: this.facts, outcomes: this.#outcomes })
    await writeFile(`${path}.new`, text, { mode: 0o600 })
    await rename(`${path}.new`, path)
  }

  /** This slot's record in the table changed. Written soon: together with others while the disk is busy. */
  #touch(slot: number): void {
    this.#extend(slot, slot, 1)
    if (this.#writing > 0 && this.#marksWaiting() < MARKS) return
    this.#flush().catch(this.#deps.onError)
  }

  #marksWaiting(): number {
    return this.#dirty?.marks ?? 0
  }

  #extend(first: number, last: number, marks: number): void {
    const dirty = this.#dirty ?? { first, last, marks: 0 }
    this.#dirty = {
      first: Math.min(first, dirty.first),
      last: Math.max(last, dirty.last),
      marks: marks + dirty.marks,
    }
  }

  /** Resolves when the table on the disk is as it was in memory at the call. */
  async #flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing.catch(() => undefined)
    if (!this.#dirty || this.#over) return
    const { first, last, marks } = this.#dirty
    this.#dirty = undefined
    const cleared = [...this.#cleared]
    this.#flushing = this.#writeTable(first, last)
    try {
      await this.#flushing
      for (const slot of cleared) this.#cleared.delete(slot)
    } catch (error) {
      this.#extend(first, last, marks)
      throw error
    } finally {
      this.#flushing = undefined
    }
  }

  async #writeTable(first: number, last: number): Promise<void> {
    const bytes = this.#table.bytes(first, last)
    await this.#deps.files.use(join(this.#deps.directory, TABLE_FILE), file =>
      writeAll(file, bytes, first * SLOT_RECORD_BYTES),
    )
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#under.delete(tracked))
    this.#under.add(tracked)
    return tracked
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, position)
  // A disk that is nearly full takes a part and no error.
  if (bytesWritten < bytes.length) throw new DiskFull()
}

class DiskFull extends Error {}

const isFull = (error: unknown): boolean =>
  error instanceof DiskFull || FULL.has((error as NodeJS.ErrnoException).code ?? '')
