import type { RequestListener } from 'node:http'
import type { Hosts } from './hosts.ts'

/**
 * Plain HTTP leads to the room and does nothing else; health checks are answered, since their host is no name of ours.
 * Nothing in here throws, whatever is asked: nobody would catch it, and the process would end.
 *
 * @param port By which people reach the room.
 */
export function createRedirect(hosts: Pick<Hosts, 'nameOf'>, port: number): RequestListener {
  return (request, response) => {
    const { url = '/', headers } = request
    const answer = (status: number, text: string, more = {}) => {
      response.writeHead(status, { ...PLAIN_TEXT, ...more })
      response.end(text)
    }
    if (url === '/healthz') return answer(200, 'alive\n')
    const name = hosts.nameOf(headers.host)
    if (name === undefined) return answer(421, 'This server does not answer to that host name.\n')
    const origin = httpsOrigin(name, port)
    answer(308, `This room is at ${origin}\n`, { Location: `${origin}${target(url)}` })
  }
}

const PLAIN_TEXT = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }

/** @param name As a URL spells it. */
export const httpsOrigin = (name: string, port: number): string =>
  port === 443 ? `https://${name}` : `https://${name}:${port}`

/** The path is the client's own words: only what URL makes of it, all ASCII, goes into a header. */
function target(url: string): string {
  const parsed = url.startsWith('/') ? URL.parse(`https://localhost${url}`) : null
  return parsed === null ? '/' : `${parsed.pathname}${parsed.search}`
}
