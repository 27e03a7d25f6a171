import type { Socket } from 'node:net'

export type Way = 'up' | 'down'

/** Bytes that one connection carried one way. */
export type Share = { readonly carried: number }

/** One direction of one connection. */
type Pipe = {
  readonly source: Socket
  readonly target: Socket
  /** Read, and not handed on yet. */
  waiting: Buffer
  carried: number
  isBlocked: boolean
  isEnded: boolean
}

/** About what a packet holds: connections that share a slow line take turns by these. */
const PIECE = 1_400
const TICK = 10

/** What goes one way, over all connections of a line. */
export class Flow {
  readonly #pipes = new Map<Socket, Pipe>()
  #carried = 0
  #halt = Number.POSITIVE_INFINITY
  #isHeld = false
  #rate: number | undefined
  #budget = Number.POSITIVE_INFINITY
  #ticking: NodeJS.Timeout | undefined
  #flips = false
  #waits: { readonly at: number; readonly resolve: () => void }[] = []

  get carried(): number {
    return this.#carried
  }

  /** Each connection that there is, and what of `carried` is its share, to be read as it grows. */
  get shares(): readonly Share[] {
    return [...this.#pipes.values()]
  }

  join(source: Socket, target: Socket): void {
    const waiting = Buffer.alloc(0)
    const pipe: Pipe = { source, target, waiting, carried: 0, isBlocked: false, isEnded: false }
    this.#pipes.set(source, pipe)
    source.on('data', bytes => {
      pipe.waiting = Buffer.concat([pipe.waiting, bytes])
      source.pause()
      this.#move()
    })
    source.on('end', () => {
      pipe.isEnded = true
      this.#move()
    })
    target.on('drain', () => {
      pipe.isBlocked = false
      this.#move()
    })
  }

  leave(source: Socket): void {
    this.#pipes.delete(source)
    source.pause()
  }

  haltAt(bytes: number): Promise<void> {
    this.#halt = Math.max(bytes, this.#carried)
    const reached = this.passes(this.#halt)
    this.#move()
    return reached
  }

  hold(): void {
    this.#isHeld = true
  }

  proceed(): void {
    this.#isHeld = false
    this.#halt = Number.POSITIVE_INFINITY
    this.#move()
  }

  passes(at: number): Promise<void> {
    return new Promise(resolve => {
      this.#waits.push({ at, resolve })
      this.#tell()
    })
  }

  throttle(rate: number | undefined): void {
    clearInterval(this.#ticking)
    this.#rate = rate
    this.#budget = rate === undefined ? Number.POSITIVE_INFINITY : 0
    if (rate === undefined) return this.#move()
    let before = performance.now()
    this.#ticking = setInterval(() => {
      const now = performance.now()
      // What was not used in time is lost, as on a real line.
      const most = Math.max(PIECE, (rate * 5 * TICK) / 1_000)
      this.#budget = Math.min(most, this.#budget + (rate * (now - before)) / 1_000)
      before = now
      this.#move()
    }, TICK)
  }

  flip(): void {
    this.#flips = true
  }

  get #allowed(): number {
    if (this.#isHeld) return 0
    return Math.min(this.#halt - this.#carried, Math.floor(this.#budget))
  }

  #move(): void {
    for (let pipe = this.#next(); pipe !== undefined && this.#allowed > 0; pipe = this.#next()) {
      // To the end of the line: the others' turn.
      this.#pipes.delete(pipe.source)
      this.#pipes.set(pipe.source, pipe)
      this.#hand(pipe)
    }
    for (const pipe of this.#pipes.values()) {
      if (pipe.waiting.length > 0 || pipe.isBlocked) continue
      if (pipe.isEnded) pipe.target.end()
      else if (!this.#isHeld) pipe.source.resume()
    }
  }

  #next(): Pipe | undefined {
    for (const pipe of this.#pipes.values()) if (pipe.waiting.length > 0 && !pipe.isBlocked) return pipe
    return undefined
  }

  #hand(pipe: Pipe): void {
    const most = this.#rate === undefined ? pipe.waiting.length : PIECE
    const length = Math.min(most, this.#allowed, pipe.waiting.length)
    const piece = pipe.waiting.subarray(0, length)
    pipe.waiting = pipe.waiting.subarray(length)
    if (this.#flips) {
      this.#flips = false
      const middle = length >> 1
      piece[middle] = (piece[middle] ?? 0) ^ 1
    }
    this.#carried += length
    pipe.carried += length
    this.#budget -= length
    if (pipe.target.writable) pipe.isBlocked = !pipe.target.write(piece)
    this.#tell()
  }

  #tell(): void {
    const due = this.#waits.filter(({ at }) => at <= this.#carried)
    this.#waits = this.#waits.filter(({ at }) => at > this.#carried)
    for (const { resolve } of due) resolve()
  }
}
