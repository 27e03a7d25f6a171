import type { Socket } from 'node:net'

/**
 * What is read from one client before the others' turn comes, in bytes: Node would take megabytes of a file from a fast one,
 * and a chat message would wait for them.
 */
const TURN = 256 * 1024
/** What a frame costs of it beside its bytes: a ping of six keeps us as busy as some thousand bytes of a segment. */
const FRAME = 4 * 1024

/** Hears what a chunk says, asks after every frame whether to go on, and tells how many bytes it has heard. */
type Hear = (chunk: Buffer, goesOn: () => boolean) => number

/**
 * Reads a client's socket in turns with those of all others, and not at all while its owner has enough. Both end in the
 * middle of a chunk, too, which may hold ten thousand frames: the rest of it is heard when this client's turn is back.
 */
export class ReadingTurns {
  readonly #socket: Socket
  /** A chunk, and how much of it was heard. */
  #unheard: { readonly chunk: Buffer; readonly from: number } | undefined = undefined
  #spent = 0
  #hear: Hear = chunk => chunk.length
  #next: NodeJS.Immediate | undefined = undefined
  /** By the owner. */
  #isPaused = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** @param head What came before. */
  begin(head: Buffer, hear: Hear): void {
    this.#hear = hear
    this.#socket
      .on('data', chunk => this.#read(chunk, 0))
      .once('close', () => {
        this.#unheard = undefined
      })
    if (head.length > 0) this.#read(head, 0)
  }

  pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  /** Nothing is heard before the next turn: not under the feet of whoever calls this. */
  resume(): void {
    this.#isPaused = false
    this.#takeTurn()
  }

  #takeTurn(): void {
    this.#next ??= setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#next = undefined
    this.#spent = 0
    if (this.#isPaused) return
    const unheard = this.#unheard
    this.#unheard = undefined
    if (unheard !== undefined) this.#read(unheard.chunk, unheard.from)
    if (!this.#hasEnough()) this.#socket.resume()
  }

  #read(chunk: Buffer, from: number): void {
    const heard = this.#hear(from === 0 ? chunk : chunk.subarray(from), () => {
      this.#spend(FRAME)
      return !this.#hasEnough()
    })
    this.#spend(heard)
    if (from + heard < chunk.length) this.#unheard = { chunk, from: from + heard }
    else freeChunk(chunk)
    if (this.#hasEnough()) this.#socket.pause()
  }

  #hasEnough(): boolean {
    return this.#isPaused || this.#spent >= TURN || this.#unheard !== undefined
  }

  #spend(bytes: number): void {
    this.#spent += bytes
    this.#takeTurn()
  }
}

/**
 * What was read is copied out by then. Node reads each TLS record into memory of its own, which would count as growth of the
 * whole heap until it is collected: V8 would mark all that the server holds after every 16 MB of a file.
 */
function freeChunk({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
}
