import type { ServerProcess } from '../processes/server-process.ts'
import { percentile, type Spread, spread } from './statistics.ts'

export type Contestant = {
  readonly name: string
  readonly server: ServerProcess
  /** One turn: some seconds of work, over when nothing of it is under way any more. */
  readonly work: () => Promise<Work>
}

export type Work = {
  /** How much was done: deliveries, gigabytes, logins. */
  readonly units: number
  /** How long single ones took, in milliseconds. */
  readonly latencies?: readonly number[]
}

export type Outcome = {
  readonly name: string
  /** Server CPU seconds per unit: the figure to trust. */
  readonly cost: Spread
  /** Units per server CPU, as a multiple of the first contestant's in the same round. */
  readonly ratio: Spread
  /** Units per second of wall clock. */
  readonly rate: Spread
  /** In milliseconds; NaN where single ones are not timed. */
  readonly p50: Spread
  readonly p99: Spread
  /** Shares of one core: 1 means that this side was the limit. */
  readonly server: number
  readonly generator: number
}

type Turn = {
  readonly cost: number
  readonly rate: number
  readonly p50: number
  readonly p99: number
  readonly server: number
  readonly generator: number
}

/** Turns that do not count, of each: until then much of what runs is not compiled. */
const WARM_UP = 2

/**
 * All servers are up at once and take turns, A B B A: what disturbs the machine for a while disturbs all of them alike. Each
 * ratio is of two turns of the same round. The first contestant is the one the others are measured by.
 */
export async function contest(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<readonly Outcome[]> {
  const turns = new Map<Contestant, Turn[]>(contestants.map(contestant => [contestant, []]))
  for (let turns = 0; turns < WARM_UP; turns++) {
    for (const { work } of contestants) await work()
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed()
    for (const contestant of order) turns.get(contestant)?.push(await turn(contestant))
  }
  const [reference] = contestants
  const measure = reference === undefined ? [] : (turns.get(reference) ?? [])
  return contestants.map(contestant => outcomeOf(contestant.name, turns.get(contestant) ?? [], measure))
}

async function turn({ server, work }: Contestant): Promise<Turn> {
  const before = { server: server.cpu, own: process.cpuUsage(), at: performance.now() }
  const { units, latencies = [] } = await work()
  const seconds = (performance.now() - before.at) / 1000
  const cpu = server.cpu - before.server
  const own = process.cpuUsage(before.own)
  return {
    cost: cpu / units,
    rate: units / seconds,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    server: cpu / seconds,
    generator: (own.user + own.system) / 1e6 / seconds,
  }
}

function outcomeOf(name: string, turns: readonly Turn[], reference: readonly Turn[]): Outcome {
  return {
    name,
    cost: spread(turns.map(({ cost }) => cost)),
    ratio: spread(turns.map(({ cost }, round) => (reference[round]?.cost ?? Number.NaN) / cost)),
    rate: spread(turns.map(({ rate }) => rate)),
    p50: spread(turns.map(({ p50 }) => p50)),
    p99: spread(turns.map(({ p99 }) => p99)),
    server: spread(turns.map(({ server }) => server)).median,
    generator: spread(turns.map(({ generator }) => generator)).median,
  }
}
