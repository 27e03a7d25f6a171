import { once } from 'node:events'

type Answer =
  | { readonly type: 'success'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: string; readonly message: string }
  | { readonly type: 'event' }

/** A connection that speaks WebDriver BiDi, which Firefox understands without a driver beside it. */
export class BiDi {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #last = 0

  static async connect(url: string): Promise<BiDi> {
    const socket = new WebSocket(url)
    await once(socket, 'open')
    return new BiDi(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Answer))
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser is gone'))
      this.#waiting.clear()
    })
  }

  async send<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.#last
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#socket.send(JSON.stringify({ id, method, params }))
    return (await waiting.promise) as Result
  }

  close(): void {
    this.#socket.close()
  }

  #hear(answer: Answer): void {
    if (answer.type === 'event') return
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.type === 'success') waiting?.resolve(answer.result)
    else waiting?.reject(new Error(`${answer.error}: ${answer.message}`))
  }
}
