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

export type Turn = {
  /** Server CPU seconds per unit: the figure to trust. */
  readonly cost: number
  /** Units per second of wall clock. */
  readonly rate: number
  /** In milliseconds; NaN where single ones are not timed. */
  readonly p50: number
  readonly p99: number
  /** Shares of one core: 1 means that this side was the limit. */
  readonly server: number
  readonly generator: number
}

export type Outcome = {
  readonly name: string
  readonly turns: readonly Turn[]
  /** Bytes of the server that were resident at most, since its start. */
  readonly peak: number
}

/** Turns that do not count, of each: until then much of what runs is not compiled. */
const WARM_UP = 2

/**
 * All servers are up at once and take turns, A B B A: what disturbs the machine for a while disturbs all of them alike. The
 * first contestant is the one the others are measured by.
 */
export async function contest(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<readonly Outcome[]> {
  const turns = new Map<Contestant, Turn[]>(contestants.map(contestant => [contestant, []]))
  for (let turn = 0; turn < Math.min(WARM_UP, rounds - 1); turn++) {
    for (const { work } of contestants) await work()
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed()
    for (const contestant of order) turns.get(contestant)?.push(await turn(contestant))
  }
  return contestants.map(contestant => ({
    name: contestant.name,
    turns: turns.get(contestant) ?? [],
    peak: contestant.server.peak,
  }))
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

export const spreadOf = ({ turns }: Outcome, key: keyof Turn): Spread => spread(turns.map(turn => turn[key]))

/** A figure as a multiple of another server's in the same round. */
export const timesThatOf = ({ turns }: Outcome, reference: Outcome, key: keyof Turn): Spread =>
  spread(turns.map((turn, round) => turn[key] / (reference.turns[round]?.[key] ?? Number.NaN)))

/** Units per server CPU, as a multiple of another server's in the same round. */
export const workPerCpu = (outcome: Outcome, reference: Outcome): Spread =>
  timesThatOf(reference, outcome, 'cost')

/** Throws for a name that nobody had. */
export function outcomeOf(outcomes: readonly Outcome[], name: string): Outcome {
  const outcome = outcomes.find(each => each.name === name)
  if (outcome === undefined) throw new Error(`${name} did not take part`)
  return outcome
}
