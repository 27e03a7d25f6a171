import type { StretchProfiles } from '../../client/src/crypto/stretch.ts'

/** Argon2id with next to no work: tests log in hundreds of times. No shipped client accepts it. */
export const LIGHT_PROFILES: StretchProfiles = new Map([
  [200, { memoryKiB: 8, iterations: 1, parallelism: 1 }],
])
