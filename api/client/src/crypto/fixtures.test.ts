import assert from 'node:assert/strict'
import type { Result } from '@chat-room/protocol'
import type { Bytes, Random } from '../bytes.ts'
import { createIdentitySecret, type Identity, importIdentity } from './identity.ts'
import { importRoomKeys, type RoomKeys } from './room-keys.ts'

// What the tests beside this file share.

export const ROOM = 'main'

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const unhex = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'hex'))

/** The same bytes for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return length => {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 1) {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      bytes[at] = (mixed ^ (mixed >>> 14)) & 0xff
    }
    return bytes
  }
}

/** Hands out these bytes once: for vectors, where every drawn byte is written down. */
export function fixedRandom(...drawn: readonly Bytes[]): Random {
  const left = [...drawn]
  return length => {
    const next = left.shift()
    assert.equal(next?.length, length, 'the vector has other random bytes')
    return (next as Bytes).slice()
  }
}

export function unwrap<T>(result: Result<T, unknown>): T {
  assert.ok(result.ok, result.ok ? '' : `failed: ${String(result.error)}`)
  return result.value
}

export function errorOf<E>(result: Result<unknown, E>): E {
  assert.ok(!result.ok, 'should have failed')
  return result.error
}

export const testIdentity = async (seed: number): Promise<Identity> =>
  unwrap(await importIdentity(createIdentitySecret(seededRandom(seed))))

export const testRoomKeys = (seed = 1, roomId = ROOM, epoch = 1): Promise<RoomKeys> =>
  importRoomKeys(seededRandom(seed)(32), roomId, epoch)

/** The bytes with one bit changed, at every position, or at about `count` places that are spread evenly. */
export function* flipped(bytes: Bytes, count = bytes.length): Generator<Bytes> {
  const step = Math.max(1, bytes.length / count)
  for (let place = 0; place < bytes.length; place += step) {
    const at = Math.floor(place)
    const changed = bytes.slice()
    changed[at] = (changed[at] as number) ^ (1 << (at % 8))
    yield changed
  }
}
