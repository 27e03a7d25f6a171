/** What a figure has to reach, and what would be better still. */
export type Target = {
  /** The workload that measures it. */
  readonly workload: string
  readonly what: string
  /** What the figures are: multiples of a peer's in the same run, or in a unit. */
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly must: number
  readonly aim: number | undefined
}

type Row = readonly [workload: string, what: string, unit: string, must: number, aim?: number]

const atLeast = (...[workload, what, unit, must, aim]: Row): Target => ({
  workload,
  what,
  unit,
  better: 'more',
  must,
  aim,
})

const atMost = (...row: Row): Target => ({ ...atLeast(...row), better: 'less' })

/** The one place that says how good is good enough. "Flat" has an aim of 1.1: a tenth is less than the noise. */
export const TARGETS = {
  'broadcast 200/1': atLeast('broadcast', 'room of 200, 1 in flight, deliveries per CPU', '× ws', 1, 1.25),
  'broadcast 1000/1': atLeast('broadcast', 'room of 1 000, 1 in flight, deliveries per CPU', '× ws', 1, 1.25),
  'broadcast 200/64': atLeast('broadcast', 'room of 200, 64 in flight, deliveries per CPU', '× ws', 2, 3),
  'broadcast 1000/64': atLeast('broadcast', 'room of 1 000, 64 in flight, deliveries per CPU', '× ws', 2, 3),
  'socket.io 200/64': atLeast(
    'broadcast',
    'room of 200, 64 in flight, deliveries per CPU',
    '× Socket.IO',
    2.5,
  ),
  'socket.io 1000/64': atLeast(
    'broadcast',
    'room of 1 000, 64 in flight, deliveries per CPU',
    '× Socket.IO',
    2.5,
  ),
  'durable 1': atLeast(
    'durable',
    'log durable against in memory, 1 in flight, per CPU',
    '× memory',
    0.85,
    0.95,
  ),
  'durable 64': atLeast(
    'durable',
    'log durable against in memory, 64 in flight, per CPU',
    '× memory',
    0.85,
    0.95,
  ),
  rooms: atLeast('rooms', '100 rooms of 10, all talking, deliveries per CPU', '× ws', 1.4, 2),
  'rooms, hono': atLeast('rooms', '100 rooms of 10, all talking, deliveries per CPU', '× hono + node-ws', 2),
  latency: atMost('latency', 'p50 at 10 000 deliveries/s', '× ws', 1.3, 1),
  'growing log': atMost('growth', 'CPU of a message, log of 1 000 000 entries', '× log of 1 000', 1.2, 1.1),
  'growing rooms': atMost('growth', 'CPU of a message, beside 10 000 rooms', '× one room', 1.2, 1.1),
  'relay to one': atLeast('relay', 'relay to one receiver, bytes per CPU', '× TLS pipe', 0.75, 0.88),
  'relay to one, ws': atLeast('relay', 'relay to one receiver, bytes per CPU', '× ws', 1.4),
  'relay to five': atLeast('relay', 'relay to five receivers, bytes per CPU', '× TLS pipe', 0.8, 0.9),
  'slow, others': atLeast('slow', 'rate of four beside one at 1 MB/s', '× without it', 0.7, 0.9),
  'slow, memory': atMost('slow', 'resident memory over base, one of five at 1 MB/s', 'MB', 64, 32),
  file: atLeast('file', '1 GiB from :File to the verified file', 'MB/s', 100),
  beside: atMost('beside', 'p50 of chat beside a file', '× without it', 2),
  'connect full': atLeast('connect', 'connect and resume, full handshake, per CPU', '× ws connect', 0.9, 1),
  login: atMost('entry', 'server CPU of a login by OPAQUE', 'ms', 2, 1.2),
  idle: atMost('idle', 'resident memory of an idle member, 50 rooms of 200', '× ws', 1.15, 1),
  start: atMost('start', 'cold start to the first accepted socket', '× ws', 1.3, 1.1),
  'catch-up': atMost('catch-up', '5 000 missed messages until the last one is verified', 's', 2.5, 1.2),
} as const satisfies Readonly<Record<string, Target>>

export type TargetName = keyof typeof TARGETS
