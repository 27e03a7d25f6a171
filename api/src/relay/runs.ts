import type { Run } from './ports.ts'

/** Ascending numbers as runs. */
export function runsOf(ascending: Iterable<number>): Run[] {
  const runs: Run[] = []
  for (const index of ascending) {
    const last = runs.at(-1)
    if (last && last[0] + last[1] === index) last[1]++
    else runs.push([index, 1])
  }
  return runs
}
