import { LIMITS } from '@chat-room/protocol'
import { SeededRandom } from '../support/seeded-random.ts'

const KIB = 1_024
const MIB = 1_024 * KIB

/** 0 is the sender, the receivers follow. */
export type Who = number

export type Fault =
  | { readonly kind: 'kill'; readonly who: Who | 'server'; readonly signal: 'SIGKILL' | 'SIGTERM' }
  /** Every connection breaks at once; in the second case the server hears nothing of it. */
  | { readonly kind: 'reset' | 'move'; readonly who: Who }
  | { readonly kind: 'half-close' | 'flip'; readonly who: Who; readonly way: 'up' | 'down' }
  /** Nobody gets through until everyone concerned has tried in vain. */
  | { readonly kind: 'partition'; readonly who: Who | 'all' }
  /** Nothing passes until somebody else was heard by the server. */
  | { readonly kind: 'stall'; readonly who: Who }
  /** 1 Mbit/s for so many bytes. */
  | { readonly kind: 'throttle'; readonly who: Who; readonly bytes: number }
  /** By command, and by command it goes on. */
  | { readonly kind: 'pause'; readonly who: Who }
  /** A receiver that was not there when the file was offered. */
  | { readonly kind: 'arrive'; readonly who: Who }

export type Step = {
  readonly fault: Fault
  /** It strikes when this person's line has carried such a part of the ciphertext, at that very byte. */
  readonly line: Who
  readonly at: number
}

export type Plan = {
  readonly seed: number
  /** Plaintext bytes. */
  readonly size: number
  readonly receivers: number
  /** So much disk that the server keeps a window of the file, not all of it. */
  readonly narrow: boolean
  readonly steps: readonly Step[]
}

/** Plaintext that fills exactly so many segments. */
const brimful = (segments: number) => segments * (LIMITS.segmentBytes - 16) - 40

/** Where counts and paddings change. */
const EDGES: readonly number[] = [
  0,
  1,
  ...[1, 2, 3, 17].flatMap(segments => [-1, 0, 1].map(more => brimful(segments) + more)),
  4_096,
  4_097,
]

const KINDS = [
  'kill-sender',
  'kill-receiver',
  'kill-server',
  'reset',
  'partition',
  'move',
  'arrive',
  'half-close',
  'stall',
  'throttle',
  'pause',
  'flip',
] as const

/** What happens under this seed; every fifth file has a size of `EDGES`. */
export function planOf(seed: number): Plan {
  const random = new SeededRandom(seed)
  const size = seed % 5 === 0 ? (EDGES[(seed / 5) % EDGES.length] ?? 0) : someSize(random)
  const first = KINDS[seed % KINDS.length] ?? 'reset'
  const narrow = first !== 'arrive' && size > 5 * MIB && random.chance(0.25)
  // With a window alone, one who lacks what others have makes the sender send it again: that is no fault's doing.
  const receivers = narrow ? 1 : first === 'arrive' ? 2 + random.below(2) : 1 + random.below(3)
  const late = first === 'arrive' ? receivers : undefined
  const present = late === undefined ? receivers : receivers - 1
  const kinds = [first, ...Array.from({ length: random.below(3) }, () => random.pick(KINDS))]
  const steps = kinds
    .filter((kind, nth) => nth === 0 || kind !== 'arrive')
    .map(kind => stepOf(kind, random, present, receivers))
    .sort((a, b) => a.at - b.at)
  return { seed, size, receivers, narrow, steps }
}

/** Small ones for the most part. */
function someSize(random: SeededRandom): number {
  const largest = random.chance(0.6) ? 2 * MIB : random.chance(0.75) ? 16 * MIB : 200 * MIB
  return random.below(largest + 1)
}

/** `present` receivers are there from the beginning. */
function stepOf(
  kind: (typeof KINDS)[number],
  random: SeededRandom,
  present: number,
  receivers: number,
): Step {
  const line = random.below(present + 1)
  const at = random.next()
  const who = random.below(present + 1)
  const signal = random.chance(0.7) ? 'SIGKILL' : 'SIGTERM'
  const way = random.pick(['up', 'down'] as const)
  // In the middle of what the one it strikes is at, for the most part.
  const close = random.chance(0.75)
  const step = (fault: Fault): Step => {
    const own = 'who' in fault && typeof fault.who === 'number' ? fault.who : line
    return { fault, line: close ? own : line, at }
  }
  switch (kind) {
    case 'kill-sender':
      return step({ kind: 'kill', who: 0, signal })
    case 'kill-receiver':
      return step({ kind: 'kill', who: 1 + random.below(present), signal })
    case 'kill-server':
      return step({ kind: 'kill', who: 'server', signal })
    case 'reset':
    case 'move':
    case 'stall':
    case 'pause':
      return step({ kind, who })
    case 'half-close':
    case 'flip':
      return step({ kind, who, way })
    case 'partition':
      return step({ kind, who: random.pick([who, 'all']) })
    case 'throttle':
      return step({ kind, who, bytes: 96 * KIB })
    case 'arrive':
      // By the sender's progress: whoever comes late finds a part of it there.
      return { fault: { kind, who: receivers }, line: 0, at }
  }
}

/** Whether bytes that are on their way between a person and the server may be lost. */
export function mayLose(fault: Fault, who: Who): boolean {
  switch (fault.kind) {
    case 'kill':
      return fault.who === 'server' || fault.who === who
    case 'reset':
    case 'move':
    case 'half-close':
    case 'flip':
    case 'partition':
      return fault.who === 'all' || fault.who === who
    case 'stall':
    case 'throttle':
    case 'pause':
    case 'arrive':
      return false
  }
}

export function describePlan({ seed, size, receivers, narrow, steps }: Plan): string {
  const told = steps.map(({ fault, line, at }) => {
    const { kind, ...rest } = fault
    return `${kind} ${Object.values(rest).join(' ')} @ ${line}:${(at * 100).toFixed(1)} %`
  })
  const to = `${receivers} receiver${receivers === 1 ? '' : 's'}${narrow ? ', window alone' : ''}`
  return `FAULT_SEEDS=${seed}: ${size} bytes to ${to}; ${told.join('; ')}`
}
