import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** One core is the server's, the others are the load's; without `taskset`, or with one core, both take what they get. */
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

const SERVER_CORE = '0'
const LOAD_CORES = `1-${availableParallelism() - 1}`

export const isPinned = canPin

/** The command that runs `command` on the server's core alone. */
export const onServerCore = (command: readonly string[]): readonly string[] =>
  canPin ? ['taskset', '-c', SERVER_CORE, ...command] : command

/** Moves this process, with the threads it has and those it will have, off the server's core. */
export function leaveServerCore(): void {
  if (canPin) spawnSync('taskset', ['-a', '-p', '-c', LOAD_CORES, String(process.pid)])
}
