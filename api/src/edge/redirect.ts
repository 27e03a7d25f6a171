import type { RequestListener } from 'node:http'
import type { Hosts } from './hosts.ts'

/** Plain HTTP leads to the room and does nothing else; health checks are answered, since their host is no name of ours. */
export function createRedirect(hosts: Pick<Hosts, 'allowsHost'>, port: number): RequestListener {
  return (request, response) => {
    const { url = '/', headers } = request
    const answer = (status: number, text: string, more = {}) => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...more })
      response.end(text)
    }
    if (url === '/healthz') return answer(200, 'alive\n')
    if (!hosts.allowsHost(headers.host))
      return answer(421, 'This server does not answer to that host name.\n')
    const { hostname } = new URL(`http://${headers.host}`)
    const origin = port === 443 ? `https://${hostname}` : `https://${hostname}:${port}`
    // The path is the client's own words: only what URL makes of it goes into a header.
    const { pathname, search } = new URL(url.startsWith('/') ? `${origin}${url}` : origin)
    answer(308, `This room is at ${origin}\n`, { Location: `${origin}${pathname}${search}` })
  }
}
