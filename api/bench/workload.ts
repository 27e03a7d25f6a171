import type { Servers } from './processes/servers.ts'
import type { Finding } from './results/summary.ts'
import type { Table } from './results/table.ts'

/** How much is done: a smoke test of a minute, a few minutes, or all that the targets speak of. */
export type Scale = 'quick' | 'usual' | 'full'

export type Bench = {
  readonly servers: Servers
  readonly scale: Scale
  /** Turns of each contestant. */
  readonly rounds: number
  /** Of one turn, where it is time that bounds it. */
  readonly seconds: number
}

export type Report = Table & {
  /** What it says about the targets. */
  readonly findings?: readonly Finding[]
}

export type Workload = {
  readonly name: string
  readonly about: string
  /** Each table as soon as it is measured. */
  run(bench: Bench): AsyncIterable<Report>
}
