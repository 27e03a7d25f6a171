import { readFileSync } from 'node:fs'
import { cpus, loadavg, platform, release } from 'node:os'
import { isPinned } from '../processes/cores.ts'
import { hasProc } from '../processes/proc.ts'
import { percent } from './table.ts'

/** Where and how it was measured, and how quiet the machine was meanwhile. */
export function watchMachine(): () => string {
  const load = loadavg()[0] ?? 0
  const before = stolen()
  return () => {
    const [model = 'unknown processor'] = cpus().map(each => each.model.trim())
    const after = stolen()
    const theft = (after.stolen - before.stolen) / (after.all - before.all)
    return [
      `${cpus().length} × ${model}, ${platform()} ${release()}, Node ${process.versions.node}`,
      isPinned ? 'server on one core, load on the others' : 'NOT PINNED: server and load share cores',
      `load average ${load.toFixed(1)} before and ${loadavg()[0]?.toFixed(1)} after${hasProc ? `, time stolen by other guests ${percent(theft)}` : ''}`,
    ].join('; ')
  }
}

/** In ticks, over all cores (proc(5), /proc/stat). */
function stolen(): { readonly stolen: number; readonly all: number } {
  if (!hasProc) return { stolen: 0, all: 0 }
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const ticks = line.split(/\s+/).slice(1).map(Number)
  return { stolen: ticks[7] ?? 0, all: ticks.slice(0, 8).reduce((sum, each) => sum + each, 0) }
}
