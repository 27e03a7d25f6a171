/** What one call of `prune` may do at most of each kind of work: about a hundredth of a second in all. */
export const PRUNE_LIMITS = {
  rows: 1_000,
  /** Sealed bytes: a large entry lies on pages of its own, which deletion visits. */
  bytes: 4 * 1024 * 1024,
} as const
