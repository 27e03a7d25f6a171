import { Worker } from 'node:worker_threads'
import { PROFILES, type Stretch } from '@chat-room/client'
import type { Method, StretchAnswer, StretchCall } from './stretch-calls.ts'

type Pending = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }

/**
 * OPAQUE in a worker that lives from a start to its finish: memory that wasm has grown to 128 MiB comes back in no
 * other way.
 */
export function createWorkerStretch(): Stretch {
  const [creationProfile] = PROFILES.keys()
  if (creationProfile === undefined) throw new RangeError('there is no profile to stretch by')
  let worker: Worker | undefined
  let lastId = 0
  const pending = new Map<number, Pending>()

  function start(): Worker {
    const started = new Worker(new URL('./stretch-worker.ts', import.meta.url))
    // A start that nothing follows must not keep the process alive.
    started.unref()
    started.on('message', (answer: StretchAnswer) => {
      const call = pending.get(answer.id)
      pending.delete(answer.id)
      if ('error' in answer)
        call?.reject(new Error('stretching the password failed', { cause: answer.error }))
      else call?.resolve(answer.value)
    })
    const fail = (cause: unknown) => {
      if (worker !== started) return
      worker = undefined
      for (const call of pending.values()) call.reject(new Error('the stretching worker ended', { cause }))
      pending.clear()
    }
    started.on('error', fail)
    started.on('exit', fail)
    return started
  }

  function call<Name extends Method>(
    method: Name,
    parameters: Parameters<Stretch[Name]>,
  ): ReturnType<Stretch[Name]> {
    worker ??= start()
    const id = ++lastId
    const answered = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }))
    worker.postMessage({ id, method, parameters } as StretchCall)
    return answered as ReturnType<Stretch[Name]>
  }

  /** Ends the worker unless another login is under way in it. */
  async function thenEnd<T>(finished: Promise<T>): Promise<T> {
    try {
      return await finished
    } finally {
      if (pending.size === 0) {
        const ended = worker
        worker = undefined
        await ended?.terminate()
      }
    }
  }

  return {
    creationProfile,
    startRegistration: (...parameters) => call('startRegistration', parameters),
    finishRegistration: (...parameters) => thenEnd(call('finishRegistration', parameters)),
    startLogin: (...parameters) => call('startLogin', parameters),
    finishLogin: (...parameters) => thenEnd(call('finishLogin', parameters)),
  }
}
