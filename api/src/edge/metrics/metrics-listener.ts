import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HTTP_TIMES, http1Options } from '../http-times.ts'
import { EXPOSITION_TYPE, encodeMetrics, type Metric } from './exposition.ts'

export type MetricsListener = AsyncDisposable & { readonly port: number }

/** A scraper or two, and somebody who looks. */
const CONNECTIONS = 16

/** Plain HTTP, which tells what is measured to whoever may reach it. Rejects with what `listen` fails with. */
export async function openMetricsListener(
  { host, port }: { readonly host: string; readonly port: number },
  collect: () => Promise<readonly Metric[]>,
  onError: (error: unknown) => void,
): Promise<MetricsListener> {
  const server = createServer(http1Options(HTTP_TIMES), (request, response) => {
    const answer = (status: number, type: string, text: string) => {
      response.writeHead(status, {
        'Content-Type': type,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      })
      response.end(text)
    }
    if (request.url !== '/metrics')
      return answer(404, 'text/plain; charset=utf-8', 'Metrics are at /metrics.\n')
    collect().then(
      metrics => answer(200, EXPOSITION_TYPE, encodeMetrics(metrics)),
      error => {
        onError(error)
        answer(500, 'text/plain; charset=utf-8', 'The metrics could not be read; it has been logged.\n')
      },
    )
  })
  server.maxConnections = CONNECTIONS
  server.setTimeout(HTTP_TIMES.idle)
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => end(server),
  }
}

async function end(server: Server): Promise<void> {
  const ended = once(server, 'close')
  server.close()
  // Scrapers keep their connections open.
  server.closeAllConnections()
  await ended
}
