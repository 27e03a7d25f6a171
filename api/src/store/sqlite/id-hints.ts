import { randomInt } from 'node:crypto'

/** Above this share of used slots, probing gets slow. */
const MAX_LOAD = 0.75
const MULTIPLIERS = 9
const REMOVED = -1

/**
 * Where among a room's stored ids one may be: an open-addressing table in memory of about 20 bytes an id. It says only where to
 * look, never that something is there: what it names is read and compared. So it may name what was rolled back or
 * deleted, but must know every id that is stored.
 */
export class IdHints {
  // Multilinear hashing with secret multipliers: who chooses ids cannot make them collide. The sum of nine products of
  // 16 and 32 bits is exact in a double.
  readonly #multipliers = Float64Array.from({ length: MULTIPLIERS }, () => randomInt(1, 2 ** 32))
  #hashes = new Uint32Array(1024)
  /** 0: the slot is free; `REMOVED`: it was not, and searching goes on behind it. */
  #places = new Float64Array(1024)
  #used = 0

  add(room: number, id: Uint8Array, place: number): void {
    if (this.#used >= this.#places.length * MAX_LOAD) this.#rebuild()
    this.#put(this.#hash(room, id), place)
  }

  /** The first place that `holds` confirms. */
  find(room: number, id: Uint8Array, holds: (place: number) => boolean): boolean {
    const hash = this.#hash(room, id)
    const mask = this.#places.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = this.#places[slot] as number
      if (place === 0) return false
      if (this.#hashes[slot] === hash && holds(place)) return true
    }
  }

  /** This place is empty. */
  remove(room: number, id: Uint8Array, place: number): void {
    const mask = this.#places.length - 1
    for (let slot = this.#hash(room, id) & mask; this.#places[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#places[slot] !== place) continue
      this.#places[slot] = REMOVED
      return
    }
  }

  #put(hash: number, place: number): void {
    const mask = this.#places.length - 1
    let slot = hash & mask
    while (this.#places[slot] !== 0) slot = (slot + 1) & mask
    this.#hashes[slot] = hash
    this.#places[slot] = place
    this.#used++
  }

  #rebuild(): void {
    const hashes = this.#hashes
    const places = this.#places
    let live = 0
    for (const place of places) if (place > 0) live++
    // At most half full afterwards, so that the next rebuild is far.
    const size = 2 ** Math.ceil(Math.log2(Math.max(512, live) * 2))
    this.#hashes = new Uint32Array(size)
    this.#places = new Float64Array(size)
    this.#used = 0
    for (const [slot, place] of places.entries()) if (place > 0) this.#put(hashes[slot] as number, place)
  }

  #hash(room: number, id: Uint8Array): number {
    const multipliers = this.#multipliers
    let sum = (room & 0xffff) * (multipliers[MULTIPLIERS - 1] as number)
    for (let part = 0; part < 8; part++)
      sum += ((id[2 * part] as number) + (id[2 * part + 1] as number) * 256) * (multipliers[part] as number)
    // The low bits of a product depend on the low bits of its factors alone.
    return (sum / 2 ** 20) >>> 0
  }
}
