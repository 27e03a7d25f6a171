import { type Outcome, spreadOf, type Turn, workPerCpu } from './contest.ts'
import { figure, mebibytes, percent, range, type Table } from './table.ts'

type Unit = {
  /** `µs/delivery`: what a unit costs, after multiplying seconds by `scale`. */
  readonly cost: string
  readonly scale: number
  /** `deliveries/s`. */
  readonly rate: string
}

/** From here on a side is said to be the limit. */
const NEARLY_ALL = 0.9

/** One row a contestant. */
export function contestTable(title: string, unit: Unit, outcomes: readonly Outcome[], note?: string): Table {
  const timed = outcomes.some(outcome => !Number.isNaN(spreadOf(outcome, 'p50').median))
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
      'MiB at most',
      'server busy',
      'load busy',
    ],
    rows: outcomes.map(outcome => {
      const middle = (key: keyof Turn) => spreadOf(outcome, key).median
      const { median, min, max } = spreadOf(outcome, 'cost')
      return [
        outcome.name,
        range({ median: median * unit.scale, min: min * unit.scale, max: max * unit.scale }),
        ...(reference ? [range(workPerCpu(outcome, reference))] : []),
        figure(middle('rate')),
        ...(timed ? [figure(middle('p50')), figure(middle('p99'))] : []),
        mebibytes(outcome.peak),
        busy(middle('server')),
        busy(middle('generator')),
      ]
    }),
    ...(note === undefined ? {} : { note }),
  }
}

const busy = (share: number): string =>
  share >= NEARLY_ALL ? `${percent(share)}, the limit` : percent(share)
