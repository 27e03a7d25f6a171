import type { AttemptGate, GateAnswer } from '../room/ports.ts'
import { type BucketRate, TokenBuckets } from './token-bucket.ts'

export type AttemptRates = { readonly address: BucketRate; readonly room: BucketRate }

/** How long an address that entered the password counts as a member's. */
const MEMBER_FOR = 30 * 24 * 3_600_000
/** Addresses that are remembered as members'; the one unseen for longest is forgotten first. */
const MEMBERS_REMEMBERED = 50_000

/**
 * Slows guessing down, per address and per room, and never locks anybody out: the room's bucket holds only for
 * addresses that never proved the password, so that outsiders cannot use up what members need.
 */
export function createAttemptGate(rates: AttemptRates): AttemptGate {
  const logins = { address: new TokenBuckets(rates.address), room: new TokenBuckets(rates.room) }
  const creations = { address: new TokenBuckets(rates.address), room: new TokenBuckets(rates.room) }
  const members = new Members()

  return {
    async login(address, room) {
      const wait = await logins.address.take(address)
      if (wait > 0) return refuse(wait)
      if (members.has(address, room)) return ALLOWED
      return takeSecond(logins, address, room)
    },

    async succeeded(address, room) {
      await logins.address.giveBack(address)
      if (!members.has(address, room)) await logins.room.giveBack(room)
      members.add(address, room)
    },

    async creation(address, room) {
      const wait = await creations.address.take(address)
      return wait > 0 ? refuse(wait) : takeSecond(creations, address, room)
    },
  }
}

type Buckets = { readonly address: TokenBuckets; readonly room: TokenBuckets }

/** The room's token, after the address's; what is refused costs nothing. */
async function takeSecond({ address: addresses, room: rooms }: Buckets, address: string, room: string) {
  const wait = await rooms.take(room)
  if (wait === 0) return ALLOWED
  await addresses.giveBack(address)
  return refuse(wait)
}

const ALLOWED: GateAnswer = { allowed: true }
const refuse = (retryAfter: number): GateAnswer => ({ allowed: false, retryAfter })

/** Who proved the password lately, oldest first. */
class Members {
  readonly #lastSuccess = new Map<string, number>()

  has(address: string, room: string): boolean {
    const last = this.#lastSuccess.get(memberKey(address, room))
    return last !== undefined && Date.now() - last < MEMBER_FOR
  }

  add(address: string, room: string): void {
    const key = memberKey(address, room)
    this.#lastSuccess.delete(key)
    this.#lastSuccess.set(key, Date.now())
    if (this.#lastSuccess.size <= MEMBERS_REMEMBERED) return
    const [oldest = key] = this.#lastSuccess.keys()
    this.#lastSuccess.delete(oldest)
  }
}

/** Room names have no space. */
const memberKey = (address: string, room: string) => `${room} ${address}`
