import type { Bytes, FileProblem, FileSink, FileSource, Files, Found, IncomingName } from '@chat-room/client'
import { sha256 } from './bytes.ts'

type Sink = {
  readonly name: string
  readonly bytes: Bytes
  state: 'open' | 'kept' | 'finished' | 'discarded'
  written: boolean
}

/** Before the number of a place where nothing was when it was announced. */
const NEW = 'new '

/** Files of one member: what it may send, and what it received. */
export class MemoryDisk implements Files {
  readonly sources = new Map<string, { bytes: Bytes; version: number }>()
  readonly sinks: Sink[] = []
  #announced = 0
  /** How far it is with making a buffer. */
  beginning: (step: 'announced' | 'made') => unknown = () => undefined
  /** What sinks were asked for. */
  readonly names: IncomingName[] = []
  /** Bytes that were read from it, or are to be written. */
  touched: (bytes: Bytes) => void = () => undefined
  /** Waited for before anything is written. */
  writing: () => unknown = () => undefined
  /** Of any file that is sent. */
  preview: (() => Promise<Bytes | undefined>) | undefined
  /** What `find` leaves out. */
  omitted: readonly string[] = []
  /** Source files open now. */
  open = 0
  /** Most bytes a file may have before the disk is full. */
  room = Number.POSITIVE_INFINITY

  put(path: string, bytes: Bytes): Bytes {
    const version = (this.sources.get(path)?.version ?? 0) + 1
    this.sources.set(path, { bytes, version })
    return bytes
  }

  get finished(): readonly Sink[] {
    return this.sinks.filter(({ state }) => state === 'finished')
  }

  /** The process that used it is dead: its buffers lie there as they were. */
  crash(): void {
    this.open = 0
    for (const sink of this.sinks) if (sink.state === 'open') sink.state = 'kept'
  }

  /** `photos` names all that lies at `photos/…`. */
  async find(path: string): Promise<Found | FileProblem> {
    if (this.sources.has(path)) return { files: [{ path, folder: '' }], omitted: [] }
    const below = [...this.sources.keys()].filter(each => each.startsWith(`${path}/`))
    if (below.length === 0) return { problem: `${path} is not there` }
    return {
      files: below.map(each => ({ path: each, folder: each.slice(0, each.lastIndexOf('/')) })),
      omitted: this.omitted,
    }
  }

  async openSource(path: string): Promise<FileSource | FileProblem> {
    const found = this.sources.get(path)
    if (found === undefined) return { problem: `${path} is not there` }
    this.open += 1
    const current = () => this.sources.get(path) ?? found
    return {
      name: path.slice(path.lastIndexOf('/') + 1),
      size: found.bytes.length,
      mime: 'application/octet-stream',
      fingerprint: async () => `${current().bytes.length} ${current().version}`,
      ...(this.preview && { preview: this.preview }),
      read: async (offset, length) => {
        const bytes = current().bytes.slice(offset, offset + length)
        if (bytes.length < length) throw new Error('the file has become shorter')
        this.touched(bytes)
        return bytes
      },
      close: async () => {
        this.open -= 1
      },
    }
  }

  async createSink(file: IncomingName, announce: (place: string) => Promise<void>): Promise<FileSink> {
    const place = this.#announced
    this.#announced += 1
    await announce(`${NEW}${place}`)
    await this.beginning('announced')
    this.names.push(file)
    const { name, size } = file
    this.sinks[place] = { name, bytes: new Uint8Array(size), state: 'open', written: false }
    await this.beginning('made')
    return this.#sinkOf(place)
  }

  async reopenSink(_file: IncomingName, place: string): Promise<FileSink | FileProblem> {
    const isNew = place.startsWith(NEW)
    const number = Number(isNew ? place.slice(NEW.length) : place)
    const sink = this.sinks[number]
    if (sink?.state !== 'kept') return { problem: `no buffer at ${place}` }
    if (isNew && !sink.written) sink.state = 'discarded'
    if (isNew) return { problem: `nothing to go on with at ${place}` }
    sink.state = 'open'
    return this.#sinkOf(number)
  }

  #sinkOf(place: number): FileSink {
    const sink = this.sinks[place] as Sink
    const { name } = sink
    return {
      place: String(place),
      write: async (offset, bytes) => {
        if (offset + bytes.length > this.room) throw new Error('the disk is full')
        this.touched(bytes)
        await this.writing()
        sink.bytes.set(bytes, offset)
        sink.written = true
      },
      read: async (offset, length) => sink.bytes.slice(offset, offset + length),
      finish: async () => {
        sink.state = 'finished'
        return { name, path: `/${name}`, sha256: sha256(sink.bytes) }
      },
      keep: async () => {
        sink.state = 'kept'
      },
      discard: async () => {
        sink.state = 'discarded'
      },
    }
  }
}
