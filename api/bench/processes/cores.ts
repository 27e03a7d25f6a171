import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** One core is the server's, the others are the load's; without `taskset`, or with one core, both take what they get. */
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

const CORES = availableParallelism()
const SETS = { server: '0', load: `1-${CORES - 1}`, all: `0-${CORES - 1}` } as const

export const isPinned = canPin

export type Cores = keyof typeof SETS

/** The command that runs `command` on these cores alone. */
export const onCores = (cores: Cores, command: readonly string[]): readonly string[] =>
  canPin ? ['taskset', '-c', SETS[cores], ...command] : command

/** Moves this process, with the threads it has and those it will have, off the server's core. */
export function leaveServerCore(): void {
  if (canPin) spawnSync('taskset', ['-a', '-p', '-c', SETS.load, String(process.pid)])
}
