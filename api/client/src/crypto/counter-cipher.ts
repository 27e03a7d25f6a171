import { type Bytes, concat, encodeU64 } from '../bytes.ts'
import { encrypt } from './aes-gcm.ts'

/** The last counter of a session: AES-GCM keys are changed before 2^32 messages (NIST SP 800-38D section 8.3). */
export const LAST_COUNTER = 2 ** 32 - 1

/** A second plaintext under one nonce would give away both, and the key's authentication with them. */
export class CounterUsedError extends Error {
  override readonly name = 'CounterUsedError'
}

const ZEROS = new Uint8Array(4)

/** 12 bytes: four zeros, then the counter, big-endian. */
export const counterNonce = (counter: number): Bytes => concat(ZEROS, encodeU64(counter))

/** Encrypts with a counter as nonce. A counter that is not above all before it is refused, whatever became of them. */
export function createCounterCipher(key: CryptoKey) {
  let used = 0
  return {
    async seal(counter: number, plaintext: Bytes, aad: Bytes): Promise<Bytes> {
      if (counter <= used) throw new CounterUsedError('this counter was used')
      if (counter > LAST_COUNTER) throw new RangeError('this key must not be used any more')
      // Before anything asynchronous, so that two calls at once cannot both pass.
      used = counter
      return encrypt(key, counterNonce(counter), plaintext, aad)
    },
  }
}
