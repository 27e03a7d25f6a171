import { PROFILES, type Stretch } from '@chat-room/client'
import workerUrl from './opaque-worker.ts?worker&url'
import { scriptUrl } from './script-urls.ts'
import type { StretchAnswer, StretchCall, StretchMethod } from './stretch-calls.ts'
import { WorkerCalls } from './worker-calls.ts'

/** Why a password cannot be stretched here; the message is for the person who typed it. */
class StretchUnavailableError extends Error {
  override readonly name = 'StretchUnavailableError'
}

const NO_WEBASSEMBLY =
  'this browser runs no WebAssembly, which the password needs. Lockdown mode switches it off: an exception can be made for ' +
  'this site in its settings'
const NOT_LOADED = 'what the password needs could not be loaded. Reload the page while you are online'

/**
 * OPAQUE in a worker that lives from a start to its finish: memory that wasm has grown to 128 MiB comes back in no
 * other way, and its origin alone may run wasm.
 */
export function createWorkerStretch(): Stretch {
  const [creationProfile] = PROFILES.keys()
  if (creationProfile === undefined) throw new RangeError('there is no profile to stretch by')
  let calls: WorkerCalls<StretchCall, StretchAnswer> | undefined

  function call<Name extends StretchMethod>(
    method: Name,
    parameters: Parameters<Stretch[Name]>,
  ): ReturnType<Stretch[Name]> {
    if (!('WebAssembly' in globalThis)) {
      return Promise.reject(new StretchUnavailableError(NO_WEBASSEMBLY)) as ReturnType<Stretch[Name]>
    }
    calls ??= new WorkerCalls(
      () => new Worker(scriptUrl(workerUrl), { type: 'module' }),
      () => {
        calls = undefined
        return new StretchUnavailableError(NOT_LOADED)
      },
    )
    return calls.call(id => ({ id, method, parameters }) as StretchCall) as ReturnType<Stretch[Name]>
  }

  /** Ends the worker unless another login is under way in it. */
  async function thenEnd<T>(finished: Promise<T>): Promise<T> {
    try {
      return await finished
    } finally {
      if (calls?.isIdle) {
        calls.end()
        calls = undefined
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
