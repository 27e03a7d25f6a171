/** One series of a metric. */
export type Sample = {
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
}

/** A histogram's cumulative counts, as Prometheus has them. */
export type Buckets = {
  /** Upper bounds, ascending; the last one is infinity. */
  readonly bounds: readonly number[]
  /** Of each bound, how many were at most that. */
  readonly counts: readonly number[]
  readonly sum: number
}

export type Metric = {
  /** In base units, and a counter's ends in `_total`. */
  readonly name: string
  readonly help: string
} & (
  | { readonly type: 'gauge' | 'counter'; readonly samples: readonly Sample[] }
  | { readonly type: 'histogram'; readonly buckets: Buckets }
)

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Prometheus's text format, version 0.0.4. Written out, since what counts here are plain numbers that are read when
 * they are asked for: the library for it keeps numbers of its own, and brings three more packages.
 */
export function encodeMetrics(metrics: readonly Metric[]): string {
  return metrics
    .flatMap(metric => [
      `# HELP ${metric.name} ${metric.help}`,
      `# TYPE ${metric.name} ${metric.type}`,
      ...(metric.type === 'histogram' ? histogramLines(metric.name, metric.buckets) : sampleLines(metric)),
    ])
    .map(line => `${line}\n`)
    .join('')
}

const sampleLines = ({ name, samples }: { name: string; samples: readonly Sample[] }): string[] =>
  samples.map(({ value, labels }) => `${name}${encodeLabels(labels)} ${encodeNumber(value)}`)

function histogramLines(name: string, { bounds, counts, sum }: Buckets): string[] {
  const buckets = bounds.map((bound, index) => {
    const labels = encodeLabels({ le: encodeNumber(bound) })
    return `${name}_bucket${labels} ${encodeNumber(counts[index] ?? 0)}`
  })
  return [...buckets, `${name}_sum ${encodeNumber(sum)}`, `${name}_count ${encodeNumber(counts.at(-1) ?? 0)}`]
}

function encodeLabels(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function encodeNumber(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}
