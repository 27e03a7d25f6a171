import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../../errno.ts'
import type { SegmentStore, StoredTransfer, TransferFacts } from '../../relay/ports.ts'
import { DATA_FILE, DiskTransfer, RECORD_FILE, TABLE_FILE } from './disk-transfer.ts'
import { OpenFiles } from './open-files.ts'
import { SlotTable } from './slot-table.ts'
import { decodeTransferRecord } from './transfer-record.ts'

/** Two files a transfer that moves; the rest is opened when it moves again. */
const OPEN_FILES = 128
/** Directories read at once at the start. */
const AT_ONCE = 32

/**
 * A directory a transfer, named by the id in hexadecimal (file systems may not tell letter cases apart) and a random
 * part, so that an id that comes again never meets the remains of its earlier life.
 */
const NAME = /^([0-9a-f]{32})-[0-9a-f]{8}$/

export const isTransferDirectory = (name: string): boolean => NAME.test(name)

/** Segments on disk. Forgetting all of them is deleting the directory. */
export class DiskSegmentStore implements SegmentStore {
  readonly #root: string
  readonly #onError: (error: unknown) => void
  readonly #files = new OpenFiles(OPEN_FILES)
  readonly #transfers = new Set<DiskTransfer>()

  /** `onError` hears of what failed in the background; nothing that was promised depends on it. */
  constructor(root: string, onError: (error: unknown) => void) {
    this.#root = root
    this.#onError = onError
  }

  async restore(): Promise<readonly StoredTransfer[]> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 })
    const names = (await readdir(this.#root)).filter(isTransferDirectory)
    const found: DiskTransfer[] = []
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const batch = await Promise.all(names.slice(at, at + AT_ONCE).map(name => this.#load(name)))
      for (const transfer of batch) if (transfer) found.push(transfer)
    }
    return found.sort((a, b) => a.facts.created - b.facts.created)
  }

  create(facts: TransferFacts): StoredTransfer {
    const name = `${hex(facts)}-${randomBytes(4).toString('hex')}`
    const record = { facts, outcomes: new Map() }
    return this.#add({ directory: join(this.#root, name), record, table: new SlotTable(), fresh: true })
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transfers].map(transfer => transfer.settled()))
    await this.#files.closeAll()
  }

  async #load(name: string): Promise<DiskTransfer | undefined> {
    const directory = join(this.#root, name)
    const text = await orNothing(readFile(join(directory, RECORD_FILE), 'utf8'))
    const record = decodeTransferRecord(text ?? '')
    if (!record.ok || NAME.exec(name)?.[1] !== hex(record.value.facts)) {
      // Creation or removal was interrupted: nobody was told of what may be here.
      await rm(directory, { recursive: true, force: true })
      return undefined
    }
    const slots = await orNothing(readFile(join(directory, TABLE_FILE)))
    const data = await orNothing(stat(join(directory, DATA_FILE)))
    const table = new SlotTable(slots, data?.size, record.value.facts.segmentSize)
    return this.#add({ directory, record: record.value, table, fresh: false })
  }

  #add(
    known: Pick<ConstructorParameters<typeof DiskTransfer>[0], 'directory' | 'record' | 'table' | 'fresh'>,
  ) {
    const transfer: DiskTransfer = new DiskTransfer({
      ...known,
      files: this.#files,
      onError: this.#onError,
      onRemoved: () => this.#transfers.delete(transfer),
    })
    this.#transfers.add(transfer)
    return transfer
  }
}

const hex = ({ transfer }: TransferFacts): string => Buffer.from(transfer, 'base64url').toString('hex')

async function orNothing<T>(file: Promise<T>): Promise<T | undefined> {
  try {
    return await file
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
