import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** What the kernel says of a process. Elsewhere than on Linux it is not known: `NaN`, which tables show as a dash. */
export const hasProc = existsSync('/proc/self/stat')

/** `USER_HZ`: the unit of /proc, 100 a second on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100
const KIB = 1024

/** User and system time of all threads, in seconds. */
export function cpuSeconds(pid: number): number {
  if (!hasProc) return Number.NaN
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the command's name, in which there may be anything; `utime` and `stime` are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Resident bytes: now, and at most since the last `forgetPeak`. */
export function residentBytes(pid: number): { readonly now: number; readonly peak: number } {
  if (!hasProc) return { now: Number.NaN, peak: Number.NaN }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
  return { now: kilobytes('VmRSS') * KIB, peak: kilobytes('VmHWM') * KIB }
}

/** The peak counts from now on (proc(5), clear_refs). */
export function forgetPeak(pid: number): void {
  if (hasProc) writeFileSync(`/proc/${pid}/clear_refs`, '5')
}
