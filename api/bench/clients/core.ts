import {
  type ClientEvent,
  type ClientPorts,
  createRoomClient,
  type RoomClient,
  type Stretch,
} from '@chat-room/client'
import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import { systemClock } from '../../src/terminal/clock.ts'
import { createFiles } from '../../src/terminal/files.ts'
import { createForgetfulMemory } from '../../src/terminal/forgetful-memory.ts'
import { systemRandom } from '../../src/terminal/random.ts'
import { createOpenSocket } from '../../src/terminal/socket.ts'
import { trustedAuthorities } from '../../src/terminal/trust.ts'
import { LIGHT_PROFILES, PASSWORD } from './room-member.ts'

export type CoreOptions = {
  readonly url: URL
  /** The authority's certificate. */
  readonly caPath: string
  readonly room: string
  /** Where its files come from and go to. */
  readonly directory: string
  readonly stretch?: Stretch
  /** Something between the client and its network. */
  readonly through?: (open: ClientPorts['openSocket']) => ClientPorts['openSocket']
}

/** The terminal client without its face: the real core on the real sockets and files. */
export function createCore(options: CoreOptions): RoomClient {
  const {
    url,
    caPath,
    room,
    directory,
    stretch = createOpaqueStretch(LIGHT_PROFILES),
    through = open => open,
  } = options
  const trust = trustedAuthorities(caPath)
  if (!trust.ok) throw new Error(trust.error)
  return createRoomClient(
    { url: url.href, room, accept: 'all' },
    {
      openSocket: through(createOpenSocket(trust.value, systemClock)),
      clock: systemClock,
      random: systemRandom,
      stretch,
      memory: createForgetfulMemory(),
      files: createFiles(directory, { remembers: false }),
    },
  )
}

/** Starts a client and answers what it asks for, at once: the first one sets the password. */
export async function enter(core: RoomClient, alias: string): Promise<void> {
  const joined = nextEvent(core, event => event.type === 'joined')
  const stop = core.subscribe(({ type }) => {
    if (type !== 'prompt') return
    // An event is told before the state that it announces.
    queueMicrotask(() => {
      if (core.state.name === 'password') core.givePassword(PASSWORD, core.state.purpose)
      else if (core.state.name === 'alias') core.giveAlias(alias)
    })
  })
  core.start()
  await joined
  stop()
}

/** In milliseconds: on the busiest of machines nobody waits longer at a door. */
const PATIENCE = 60_000

/** Rejects for whatever error is told first, and if nothing is told for too long. */
function nextEvent(core: RoomClient, isWanted: (event: ClientEvent) => boolean): Promise<ClientEvent> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the server says nothing')), PATIENCE)
    const stop = core.subscribe(event => {
      if (event.type === 'error') reject(new Error(`${event.code}: ${event.message}`))
      else if (isWanted(event)) resolve(event)
      else return
      clearTimeout(late)
      stop()
    })
  })
}
