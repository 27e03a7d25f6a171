import { parseArgs } from 'node:util'
import { failure, MAIN_ROOM, ok, type Result, ROOM_NAME } from '@chat-room/protocol'

export type JoinOptions = {
  /** `https://host[:port]`. */
  readonly url: string
  readonly room: string
  readonly json: boolean
  readonly accept: 'all' | 'ask' | 'none'
  /** What this device knows of the room is forgotten first. */
  readonly forgets: boolean
  /** Whether the device remembers anything. */
  readonly keepsState: boolean
  /** A file of authorities to trust besides the machine's. */
  readonly authorities?: string
}

export const JOIN_USAGE =
  'chat-room join [--json] [--accept all|ask|none] [--no-state] [--forget] [--ca FILE] https://host[:port][/r/<room>]'

export const JOIN_HELP = `${JOIN_USAGE}

  --json                one event a line, for scripts
  --accept all|ask|none whether files that are offered are fetched: by themselves (all), after :Accept, never
  --no-state            keep nothing on this device
  --forget              forget first what this device knows of the room: after its operator reset it
  --ca FILE             trust this authority (PEM): the ca.crt of the room's own machine
`

const ACCEPT = ['all', 'ask', 'none'] as const

/** Reads the command line; the error is in words for whoever typed it. */
export function parseJoinOptions(argv: readonly string[]): Result<JoinOptions, string> {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(argv)
  } catch (error) {
    // What is written wrongly is all that `parseArgs` throws about.
    return failure(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  const [address, ...more] = positionals
  if (address === undefined) return failure('the address of the room is missing')
  if (more.length > 0) return failure(`one address is enough; what is ${JSON.stringify(more[0])}?`)
  const accept = ACCEPT.find(each => each === values.accept)
  if (accept === undefined)
    return failure(`--accept is all, ask or none, not ${JSON.stringify(values.accept)}`)
  const place = parseAddress(address)
  if (!place.ok) return place
  return ok({
    ...place.value,
    json: values.json,
    accept,
    keepsState: !values['no-state'],
    forgets: values.forget,
    ...(values.ca === undefined ? {} : { authorities: values.ca }),
  })
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      accept: { type: 'string', default: 'all' },
      'no-state': { type: 'boolean', default: false },
      forget: { type: 'boolean', default: false },
      ca: { type: 'string' },
    },
  })

function parseAddress(address: string): Result<{ readonly url: string; readonly room: string }, string> {
  const url = URL.parse(address)
  if (url === null || !/^https?:\/\//i.test(address)) {
    return failure(`${JSON.stringify(address)} is no address of a room: write https://host[:port]`)
  }
  if (url.protocol !== 'https:') return failure('a room is reached by https:// only')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return failure('the address of a room has no user, query or fragment in it')
  }
  const [, room] = /^\/r\/([^/]+)\/?$/.exec(url.pathname) ?? []
  if (room === undefined && url.pathname !== '/') {
    return failure(`there is no room at ${url.pathname}: a room's path is / or /r/<room>`)
  }
  if (room !== undefined && !ROOM_NAME.test(room)) {
    return failure("a room's name has 1 to 64 small letters, digits and hyphens")
  }
  return ok({ url: url.origin, room: room ?? MAIN_ROOM })
}
