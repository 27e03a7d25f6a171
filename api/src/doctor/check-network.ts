import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { failure, ok, type Result } from '@chat-room/protocol'
import type { Config } from '../config.ts'
import { listenFailure } from '../listen-failure.ts'
import { type Finding, fine, problem, warning } from './finding.ts'

/** The ports of the room: free, or held by the server that runs. */
export async function checkPorts(config: Config, held: readonly number[]): Promise<readonly Finding[]> {
  const wanted = [
    { host: config.host, port: config.port },
    { host: config.host, port: config.httpPort ?? 0 },
    { host: config.metrics?.host ?? config.host, port: config.metrics?.port ?? 0 },
  ].filter(({ port }) => port !== 0)
  return await Promise.all(
    wanted.map(async ({ host, port }) => {
      if (held.includes(port)) return fine(`port ${port} is served by the running room`)
      const tried = await tryToListen(host, port)
      return tried.ok
        ? fine(`port ${port} is free`)
        : problem(tried.error, 'the server does not start before this is mended')
    }),
  )
}

async function tryToListen(host: string, port: number): Promise<Result<undefined, string>> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return ok(undefined)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAFNOSUPPORT') return tryToListen('0.0.0.0', port)
    return failure(listenFailure(error, host, port).message)
  } finally {
    server.close()
  }
}

/** Where DOMAIN leads. That it does not lead to an address of this host is usual behind a router or a balancer. */
export async function checkDomain({ domain }: Config): Promise<readonly Finding[]> {
  if (domain === undefined) return []
  const name = domain.replace(/^\[(.*)\]$/, '$1')
  const found = await lookup(name, { all: true }).catch(
    error => (error as NodeJS.ErrnoException).code ?? 'failed',
  )
  if (typeof found === 'string') {
    return [
      problem(`${domain} is not known (${found})`, 'give it an A or AAAA record that leads to this host'),
    ]
  }
  const addresses = found.map(({ address }) => address)
  const own = Object.values(networkInterfaces()).flatMap(each => each?.map(({ address }) => address) ?? [])
  if (addresses.some(address => own.includes(address))) return [fine(`${domain} leads to this host`)]
  return [
    warning(
      `${domain} leads to ${addresses.join(', ')}, none of which this host has itself`,
      'that is right behind a router or a balancer that passes the ports on to here',
    ),
  ]
}

/** Seconds that a clock may be off before certificates and logins are judged wrongly. */
const CLOCK_TOLERANCE = 60
const ASK_WITHIN = 5_000

/** Against the certificate authority's clock, whose word counts, and which has to be reached anyway. */
export async function checkAuthority({ tls }: Config, now: () => number): Promise<readonly Finding[]> {
  if (tls.mode !== 'acme') return []
  try {
    const { headers } = await fetch(tls.authority, {
      method: 'HEAD',
      signal: AbortSignal.timeout(ASK_WITHIN),
    })
    const told = Date.parse(headers.get('date') ?? '')
    const off = Math.round((now() - told) / 1_000)
    if (Number.isNaN(off) || Math.abs(off) <= CLOCK_TOLERANCE)
      return [fine('the certificate authority is reached, the clock is right')]
    const way = off > 0 ? 'fast' : 'slow'
    return [
      problem(
        `the clock is ${Math.abs(off)} seconds ${way}`,
        'set it, and keep it by NTP (timedatectl set-ntp true)',
      ),
    ]
  } catch (error) {
    const { cause, message } = error as Error
    const why = cause instanceof Error ? cause.message : message
    return [
      problem(
        `${tls.authority} cannot be reached (${why})`,
        'let this host connect to it, or there will be no certificate',
      ),
    ]
  }
}

/** A year in which this was not written yet: a clock without a battery begins in 1970. */
const BEFORE_US = Date.UTC(2026, 0)

export const checkClock = (now: number): Finding =>
  now > BEFORE_US
    ? fine(`the clock says ${new Date(now).toISOString()}`)
    : problem(`the clock says ${new Date(now).toISOString()}`, 'set it: certificates are judged by it')
