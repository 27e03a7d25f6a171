import type { ErrorEvent, RoomEvent } from './room-event.ts'

/** The way into the room, as it is shown. */
export type Entrance = {
  readonly step: 'connecting' | 'claim-code' | 'password' | 'alias' | 'inside' | 'left' | 'ended'
  /** `create`: nobody has set a password yet. */
  readonly purpose: 'create' | 'enter'
  readonly work: 'none' | 'checking' | 'stretching' | 'slowed' | 'joining'
  /** When a slowed-down password is tried by itself, in milliseconds since 1970. */
  readonly triesAt: number
  /** Why the last attempt came to nothing. */
  readonly problem: ErrorEvent | undefined
  /** Aliases that were asked for here. */
  readonly tried: readonly string[]
}

export const ENTRANCE: Entrance = {
  step: 'connecting',
  purpose: 'enter',
  work: 'none',
  triesAt: 0,
  problem: undefined,
  tried: [],
}

export function enter(entrance: Entrance, event: RoomEvent, now: number): Entrance {
  switch (event.type) {
    case 'room':
      return { ...entrance, purpose: event.state === 'unclaimed' ? 'create' : 'enter' }
    case 'prompt':
      return { ...entrance, step: event.for, work: 'none' }
    case 'stretching':
      return entrance.step === 'inside' ? entrance : { ...entrance, work: 'stretching' }
    case 'slowed':
      return { ...entrance, work: 'slowed', triesAt: now + event.retryIn }
    case 'joined':
      return { ...entrance, step: 'inside', work: 'none', problem: undefined }
    case 'left':
      return { ...entrance, step: 'left', work: 'none' }
    case 'error':
      return { ...entrance, problem: event }
    default:
      return entrance
  }
}

/** Something was given: what was wrong with the one before it is done with. */
export const gave = (entrance: Entrance, work: 'checking' | 'joining'): Entrance => ({
  ...entrance,
  work,
  problem: undefined,
})

export const gaveAlias = (entrance: Entrance, alias: string): Entrance => ({
  ...gave(entrance, 'joining'),
  tried: [...entrance.tried.slice(-20), alias],
})

export const ended = (entrance: Entrance): Entrance => ({ ...entrance, step: 'ended', work: 'none' })
