import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { encodeMetrics } from './exposition.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { openMetricsListener } from './metrics-listener.ts'

suite('metrics in the text format of Prometheus', () => {
  test('gauges and counters, with labels and without', () => {
    const text = encodeMetrics([
      { name: 'rooms', help: 'Rooms.', type: 'gauge', samples: [{ value: 2 }] },
      {
        name: 'said_total',
        help: 'Messages.',
        type: 'counter',
        samples: [
          { labels: { kind: 'group' }, value: 3 },
          { labels: { kind: 'direct', way: 'in' }, value: Number.NaN },
        ],
      },
    ])
    assert.equal(
      text,
      '# HELP rooms Rooms.\n# TYPE rooms gauge\nrooms 2\n' +
        '# HELP said_total Messages.\n# TYPE said_total counter\n' +
        'said_total{kind="group"} 3\nsaid_total{kind="direct",way="in"} NaN\n',
    )
  })

  test('a histogram counts each latency in every bucket that it fits', () => {
    const histogram = new LatencyHistogram()
    for (const seconds of [0.0005, 0.02, 0.02, 99]) histogram.observe(seconds)
    const text = encodeMetrics([{ name: 't', help: 'T.', type: 'histogram', buckets: histogram.read() }])
    assert.match(text, /^t_bucket\{le="0.0005"\} 1$/m)
    assert.match(text, /^t_bucket\{le="0.01"\} 1$/m)
    assert.match(text, /^t_bucket\{le="0.025"\} 3$/m)
    assert.match(text, /^t_bucket\{le="2.5"\} 3$/m)
    assert.match(text, /^t_bucket\{le="\+Inf"\} 4\nt_sum 99\.0405\nt_count 4$/m)
  })

  test('/metrics has them, nothing else is there, and a failure is told without its reason', async () => {
    const failures: unknown[] = []
    let fails = false
    await using listener = await openMetricsListener(
      { host: '127.0.0.1', port: 0 },
      async () => {
        if (fails) throw new Error('the canary')
        return [{ name: 'rooms', help: 'Rooms.', type: 'gauge', samples: [{ value: 1 }] }]
      },
      error => void failures.push(error),
    )
    const ask = (path: string) => fetch(`http://127.0.0.1:${listener.port}${path}`)
    const answer = await ask('/metrics')
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    assert.match(await answer.text(), /^rooms 1$/m)
    assert.equal((await ask('/')).status, 404)
    fails = true
    const failed = await ask('/metrics')
    assert.equal(failed.status, 500)
    assert.doesNotMatch(await failed.text(), /canary/)
    assert.equal(failures.length, 1)
  })
})
