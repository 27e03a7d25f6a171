import { type FileHandle, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../../errno.ts'
import type { Id, Outcome, Run, StoredTransfer, TransferFacts } from '../../relay/ports.ts'
import type { OpenFiles } from './open-files.ts'
import { SLOT_RECORD_BYTES, type SlotTable } from './slot-table.ts'
import { encodeTransferRecord, type TransferRecord } from './transfer-record.ts'

export const RECORD_FILE = 'transfer.json'
export const TABLE_FILE = 'slots'
export const DATA_FILE = 'segments'

/**
 * A promised segment is marked in the table on the disk when so many of them wait for it, or so many milliseconds later:
 * that is what a kill may cost. Until the table has followed, further segments wait.
 */
const MARKS = 8
const MARK_WITHIN = 100

/** Segments that are written by one call at most, where their slots are neighbours. */
const RUN = 16

/** The disk, or what this user may fill of it. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** A segment on its way to its slot. */
type Write = {
  readonly index: number
  readonly slot: number
  readonly bytes: Uint8Array
  readonly done: PromiseWithResolvers<'written' | 'disk-full'>
}

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
 *
 * One write is under way at a time. What arrives meanwhile is written together by the next one, and marked together.
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
  /** The one that has not begun. */
  #nextSave: Promise<void> | undefined
  #flushing: Promise<void> | undefined
  #dirty: { first: number; last: number; marks: number } | undefined
  #late: NodeJS.Timeout | undefined
  /** Cleared in memory, perhaps not yet on the disk. */
  readonly #cleared = new Set<number>()
  #waiting: Write[] = []
  #isWriting = false
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

  runs(most: number): Run[] {
    return this.#over ? [] : this.#table.runs(most)
  }

  lengthOf(index: number): number | undefined {
    return this.#over ? undefined : this.#table.find(index)?.length
  }

  async write(index: number, bytes: Uint8Array): Promise<'written' | 'disk-full'> {
    if (this.#over) return 'written'
    const done = Promise.withResolvers<'written' | 'disk-full'>()
    this.#waiting.push({ index, slot: this.#table.take(), bytes, done })
    if (!this.#isWriting) void this.#writeAll()
    return this.#track(done.promise)
  }

  /** Never rejects: whoever waits for a segment hears what became of it. */
  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) await this.#writeRun(this.#takeRun())
    this.#isWriting = false
  }

  /** The first that wait, as far as each follows the one before it in the file, too. */
  #takeRun(): readonly Write[] {
    let end = 1
    for (; end < Math.min(RUN, this.#waiting.length); end++) {
      const [before, next] = this.#waiting.slice(end - 1, end + 1)
      if (next?.slot !== Number(before?.slot) + 1 || before?.bytes.length !== this.facts.segmentSize) break
    }
    return this.#waiting.splice(0, end)
  }

  async #writeRun(run: readonly Write[]): Promise<void> {
    try {
      await this.#writeSlots(run)
    } catch (error) {
      for (const { slot, done } of run) {
        this.#table.giveBack(slot)
        this.#touch(slot)
        if (isFull(error)) done.resolve('disk-full')
        else done.reject(error)
      }
      return
    }
    for (const { index, slot, bytes } of run) {
      this.#table.mark(index, slot, bytes.length)
      this.#touch(slot)
    }
    if (this.#marksWaiting() >= MARKS) await this.#flush().catch(this.#deps.onError)
    for (const { done } of run) done.resolve('written')
  }

  async #writeSlots(run: readonly Write[]): Promise<void> {
    await this.#start()
    if (run.some(({ slot }) => this.#cleared.has(slot))) await this.#flush()
    if (this.#over) return
    const position = Number(run[0]?.slot) * this.facts.segmentSize
    const parts = run.map(({ bytes }) => bytes)
    await this.#deps.files.use(this.#data, file => writeAll(file, parts, position))
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
    clearTimeout(this.#late)
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

  /** One after the other. Whatever changes until one begins is written by that one. */
  #save(): Promise<void> {
    this.#nextSave ??= this.#saveAfter(this.#saving)
    this.#saving = this.#nextSave.catch(() => undefined)
    return this.#nextSave
  }

  async #saveAfter(earlier: Promise<void>): Promise<void> {
    await earlier
    this.#nextSave = undefined
    await this.#start()
    await this.#writeRecord()
  }

  async #writeRecord(): Promise<void> {
    const path = join(this.#deps.directory, RECORD_FILE)
    const text = encodeTransferRecord({ facts: this.facts, outcomes: this.#outcomes })
    await writeFile(`${path}.new`, text, { mode: 0o600 })
    await rename(`${path}.new`, path)
  }

  /** This slot's record in the table changed. Written soon, together with others. */
  #touch(slot: number): void {
    this.#extend(slot, slot, 1)
    this.#late ??= setTimeout(() => void this.#flush().catch(this.#deps.onError), MARK_WITHIN)
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
    clearTimeout(this.#late)
    this.#late = undefined
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
      writeAll(file, [bytes], first * SLOT_RECORD_BYTES),
    )
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#under.delete(tracked))
    this.#under.add(tracked)
    return tracked
  }
}

async function writeAll(file: FileHandle, parts: readonly Uint8Array[], position: number): Promise<void> {
  const { bytesWritten } = await file.writev(parts, position)
  const bytes = parts.reduce((sum, { length }) => sum + length, 0)
  // A disk that is nearly full takes a part and no error.
  if (bytesWritten < bytes) throw new DiskFull()
}

class DiskFull extends Error {}

const isFull = (error: unknown): boolean => error instanceof DiskFull || FULL.has(errnoOf(error) ?? '')
