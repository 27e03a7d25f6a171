import { failure, ok, type Result } from '@chat-room/protocol'
import type { Bytes } from '../bytes.ts'
import { CHAIN_START } from './chain.ts'
import { LAST_COUNTER } from './counter-cipher.ts'
import { sha256 } from './hash.ts'
import { pad } from './padding.ts'

export type SealedMessage = {
  readonly counter: number
  readonly sealed: Bytes
  /** SHA-256 of `sealed`: 32 bytes. */
  readonly hash: Bytes
}

/** The counters of this session are used up: announce a new session by a new hello. */
export type SealFailure = 'session-used-up'

export type SealingChain = {
  /** Seals the chain's next message: once. What was sealed is sent again byte for byte. */
  seal(body: Uint8Array): Promise<Result<SealedMessage, SealFailure>>
}

/**
 * The author's side of a chain: gives every message the next counter and the hash of the one before it. Calls are
 * answered in their order. A counter whose sealing threw is never used again.
 */
export function createSealingChain(
  sealNext: (counter: number, prevHash: Bytes, padded: Bytes) => Promise<Bytes>,
  lastCounter = LAST_COUNTER,
): SealingChain {
  let counter = 0
  let prevHash = CHAIN_START
  let turn: Promise<unknown> = Promise.resolve()

  async function next(padded: Bytes): Promise<Result<SealedMessage, SealFailure>> {
    if (counter >= lastCounter) return failure('session-used-up')
    counter += 1
    const mine = counter
    const sealed = await sealNext(mine, prevHash, padded)
    prevHash = await sha256(sealed)
    return ok({ counter: mine, sealed, hash: prevHash })
  }

  return {
    async seal(body) {
      // A copy, now: what the caller does to the body while it waits for its turn must not matter.
      const padded = pad(body)
      const result = turn.then(() => next(padded))
      turn = result.catch(() => undefined)
      return result
    },
  }
}
