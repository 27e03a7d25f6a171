import type { Config } from '../config.ts'
import type { MetricsListener } from '../edge/metrics/metrics-listener.ts'
import { listenFailure } from '../listen-failure.ts'
import type { Measured } from './collect.ts'

/**
 * The metrics' own port, where one is given: what serves it is loaded for it alone.
 *
 * @throws StartFailure
 */
export async function openMetrics(
  { metrics }: Pick<Config, 'metrics'>,
  onError: (error: unknown) => void,
  measured: Measured,
): Promise<MetricsListener | undefined> {
  if (metrics === undefined) return undefined
  const { openMetricsListener } = await import('../edge/metrics/metrics-listener.ts')
  const { collect } = await import('./collect.ts')
  try {
    return await openMetricsListener(metrics, () => collect(measured), onError)
  } catch (error) {
    throw listenFailure(error, metrics.host, metrics.port)
  }
}
