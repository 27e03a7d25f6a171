type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }

type Pending = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }

/** Calls into a worker: each one is answered by its number. */
export class WorkerCalls<Call extends { readonly id: number }, WorkerAnswer extends Answer> {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  /** `failed` is asked once for what to tell who waits, when the worker could not be loaded or threw outside of a call. */
  constructor(start: () => Worker, failed: () => Error) {
    this.#worker = start()
    this.#worker.onmessage = ({ data: answer }: MessageEvent<WorkerAnswer>) => {
      const pending = this.#pending.get(answer.id)
      this.#pending.delete(answer.id)
      if ('error' in answer) pending?.reject(new Error(answer.error))
      else pending?.resolve(answer.value)
    }
    this.#worker.onerror = event => {
      event.preventDefault()
      this.end()
      const error = failed()
      for (const { reject } of this.#pending.values()) reject(error)
      this.#pending.clear()
    }
  }

  get isIdle(): boolean {
    return this.#pending.size === 0
  }

  call(make: (id: number) => Call, transfer: Transferable[] = []): Promise<unknown> {
    const id = ++this.#lastId
    const answered = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }))
    this.#worker.postMessage(make(id), transfer)
    return answered
  }

  end(): void {
    this.#worker.terminate()
  }
}
