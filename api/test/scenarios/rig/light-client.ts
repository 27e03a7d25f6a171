import { createSecureContext } from 'node:tls'
import { type ClientEvent, createRoomClient, type RoomClient } from '@chat-room/client'
import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import { systemClock } from '../../../src/terminal/clock.ts'
import { systemRandom } from '../../../src/terminal/random.ts'
import { createOpenSocket } from '../../../src/terminal/socket.ts'
import { MemoryDevice } from '../../support/memory-device.ts'
import { LIGHT_PROFILES } from '../../support/memory-world.ts'
import type { ServedRooms } from '../../support/served-room.ts'
import { Transcript } from './transcript.ts'

/** The client core over real TLS, in this process and with next to no stretching: hundreds of them fit. */
export class LightClient {
  readonly core: RoomClient
  readonly heard: Transcript<ClientEvent>

  constructor(name: string, { url, ca }: ServedRooms, room: string) {
    const context = createSecureContext({ ca })
    this.heard = new Transcript(
      () => `${name} heard:\n${this.heard.items.map(event => JSON.stringify(event)).join('\n')}`,
    )
    this.core = createRoomClient(
      { url: url.replace(/^wss:/, 'https:'), room, accept: 'none' },
      {
        openSocket: createOpenSocket(() => context, systemClock),
        clock: systemClock,
        random: systemRandom,
        stretch: createOpaqueStretch(LIGHT_PROFILES),
        memory: new MemoryDevice().memory(),
        files: {
          openSource: async () => ({ problem: 'no files here' }),
          createSink: async () => ({ problem: 'no files here' }),
        },
      },
    )
    this.core.subscribe(event => this.heard.add(event))
    this.core.start()
  }

  event<Type extends ClientEvent['type']>(
    type: Type,
    matches: (event: Extract<ClientEvent, { type: Type }>) => boolean = () => true,
  ): Promise<ClientEvent> {
    return this.heard.take(
      type,
      event => event.type === type && matches(event as Extract<ClientEvent, { type: Type }>),
    )
  }

  /** Answers the prompt that stands. */
  async givePassword(password: string): Promise<void> {
    await this.event('prompt', prompt => prompt.for === 'password')
    const { state } = this.core
    if (state.name !== 'password') throw new Error(`no password is asked for in ${state.name}`)
    this.core.givePassword(password, state.purpose)
  }
}
