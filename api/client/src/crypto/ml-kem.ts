import { type Bytes, equalBytes } from '../bytes.ts'

export const ML_KEM_SEED_BYTES = 64
export const ML_KEM_PUBLIC_BYTES = 1184
export const ML_KEM_ENCAPSULATED_BYTES = 1088

/** ML-KEM-768 (FIPS 203). */
type MlKem = {
  /** The pair of a seed `d 32 ‖ z 32`. Bytes that were encapsulated for another key give another secret, and no error. */
  derive(seed: Bytes): Promise<MlKemPair>
  /** Rejects if these are not the bytes of a public key (FIPS 203 section 7.2). */
  encapsulate(publicKey: Bytes): Promise<{ readonly secret: Bytes; readonly encapsulated: Bytes }>
}

export type MlKemPair = {
  readonly publicKey: Bytes
  decapsulate(encapsulated: Bytes): Promise<Bytes>
}

// What the Web Cryptography API is about to have (WICG, modern algorithms), and type libraries do not know yet.
type ModernSubtle = {
  importKey(
    format: string,
    bytes: Bytes,
    name: string,
    extractable: boolean,
    usages: string[],
  ): Promise<CryptoKey>
  exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer>
  getPublicKey(key: CryptoKey, usages: string[]): Promise<CryptoKey>
  encapsulateBits(name: string, key: CryptoKey): Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>
  decapsulateBits(name: string, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>
}

const NAME = 'ML-KEM-768'
const subtle = crypto.subtle as unknown as ModernSubtle

const native: MlKem = {
  async derive(seed) {
    const key = await subtle.importKey('raw-seed', seed, NAME, false, ['decapsulateBits'])
    const publicKey = await subtle.getPublicKey(key, ['encapsulateBits'])
    return {
      publicKey: new Uint8Array(await subtle.exportKey('raw-public', publicKey)),
      decapsulate: async encapsulated =>
        new Uint8Array(await subtle.decapsulateBits(NAME, key, encapsulated)),
    }
  },
  async encapsulate(publicKey) {
    const key = await subtle.importKey('raw-public', publicKey, NAME, false, ['encapsulateBits'])
    const { sharedKey, ciphertext } = await subtle.encapsulateBits(NAME, key)
    return { secret: new Uint8Array(sharedKey), encapsulated: new Uint8Array(ciphertext) }
  },
}

/** Whether the platform has it, in the words that are used here. */
async function works({ derive, encapsulate }: MlKem): Promise<boolean> {
  try {
    const { publicKey, decapsulate } = await derive(new Uint8Array(ML_KEM_SEED_BYTES))
    const { secret, encapsulated } = await encapsulate(publicKey)
    return equalBytes(secret, await decapsulate(encapsulated))
  } catch {
    return false
  }
}

async function loadComputed(): Promise<MlKem> {
  const { ml_kem768 } = await import('@noble/post-quantum/ml-kem.js')
  return {
    async derive(seed) {
      const { publicKey, secretKey } = ml_kem768.keygen(seed)
      return {
        publicKey: publicKey as Bytes,
        decapsulate: async encapsulated => ml_kem768.decapsulate(encapsulated, secretKey) as Bytes,
      }
    },
    async encapsulate(key) {
      const { sharedSecret, cipherText } = ml_kem768.encapsulate(key)
      return { secret: sharedSecret as Bytes, encapsulated: cipherText as Bytes }
    },
  }
}

let chosen: Promise<MlKem> | undefined

/** One for the life of the program: the platform's, or else one that is computed, which is tried to be loaded again if it could not. */
export function mlKem(): Promise<MlKem> {
  chosen ??= works(native)
    .then(has => (has ? native : loadComputed()))
    .catch(error => {
      chosen = undefined
      throw error
    })
  return chosen
}
