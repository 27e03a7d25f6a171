import type { Outcome } from './contest.ts'
import { figure, percent, range, type Table } from './table.ts'

type Unit = {
  /** `µs/delivery`: what a unit costs, after multiplying seconds by `scale`. */
  readonly cost: string
  readonly scale: number
  /** `deliveries/s`. */
  readonly rate: string
}

/** One row a contestant. */
export function contestTable(title: string, unit: Unit, outcomes: readonly Outcome[], note?: string): Table {
  const timed = outcomes.some(({ p50 }) => !Number.isNaN(p50.median))
  // By itself a server is measured by nothing.
  const [reference] = outcomes.length > 1 ? outcomes : []
  return {
    title,
    columns: [
      'server',
      `CPU ${unit.cost}`,
      ...(reference ? [`work per CPU, of ${reference.name}`] : []),
      unit.rate,
      ...(timed ? ['p50 ms', 'p99 ms'] : []),
      'server busy',
      'load busy',
    ],
    rows: outcomes.map(({ name, cost, ratio, rate, p50, p99, server, generator }) => [
      name,
      range({ median: cost.median * unit.scale, min: cost.min * unit.scale, max: cost.max * unit.scale }),
      ...(reference ? [range(ratio)] : []),
      figure(rate.median),
      ...(timed ? [figure(p50.median), figure(p99.median)] : []),
      percent(server),
      percent(generator),
    ]),
    ...(note === undefined ? {} : { note }),
  }
}
