import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metric } from '../edge/metrics/exposition.ts'

/** Milliseconds between two looks at the clock: what is later than that was delayed. */
const RESOLUTION = 10

const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
delay.enable()

/** Of this process, under the names that Prometheus recommends. Of the event loop's delay, since the last time. */
export function processMetrics(): readonly Metric[] {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1_000)
  const delays = [50, 99, 100].map(percentile => ({
    labels: { percentile: String(percentile) },
    value: late(delay.percentile(percentile)),
  }))
  delay.reset()
  return [
    {
      name: 'chat_room_event_loop_delay_seconds',
      help: 'How late the event loop was since it was last asked.',
      type: 'gauge',
      samples: delays,
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory.',
      type: 'gauge',
      samples: [{ value: rss }],
    },
    {
      name: 'chat_room_heap_used_bytes',
      help: 'Used memory of the JavaScript heap.',
      type: 'gauge',
      samples: [{ value: heapUsed }],
    },
    {
      name: 'process_cpu_seconds_total',
      help: 'CPU time, user and system.',
      type: 'counter',
      samples: [{ value: (user + system) / 1e6 }],
    },
    {
      name: 'process_start_time_seconds',
      help: 'When the process began.',
      type: 'gauge',
      samples: [{ value: performance.timeOrigin / 1_000 }],
    },
  ]
}
