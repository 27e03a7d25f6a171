import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { isIP } from 'node:net'

// What the platform in front tells of a request. Each hop adds to the end of these, so that the last entry is the
// word of the one that connects to us; what stands before it, the client may have written itself.

/**
 * Address of the client, as the nearest hop saw it; undefined when it does not say.
 *
 * @param hops From here to the client: where the nearest one always stands behind others of its owner, whose entries are
 * believed as well, the address is that which the outermost of them saw.
 */
export function forwardedAddress(headers: IncomingHttpHeaders, hops = 1): string | undefined {
  const entry = entriesOf(headers['x-forwarded-for']).at(-hops) ?? ''
  // Some add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
  const [, bracketed] = /^\[([\da-f:.]+)\](?::\d+)?$/i.exec(entry) ?? []
  const [, dotted] = /^([\d.]+):\d+$/.exec(entry) ?? []
  const address = bracketed ?? dotted ?? entry
  return isIP(address) === 0 ? undefined : address
}

/** Whether the client spoke plain HTTP to the nearest hop. Who does not say, as a check of health, did not. */
export const isPlain = (headers: IncomingHttpHeaders): boolean =>
  entriesOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase() === 'http'

/** Sends requests that came by plain HTTP another way. */
export const unlessPlain =
  (listener: RequestListener, plain: RequestListener): RequestListener =>
  (request, response) =>
    (isPlain(request.headers) ? plain : listener)(request, response)

const entriesOf = (header: string | readonly string[] | undefined): readonly string[] =>
  String(header ?? '')
    .split(',')
    .map(entry => entry.trim())
