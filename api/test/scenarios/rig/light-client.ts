import { createSecureContext } from 'node:tls'
import {
  type ClientEvent,
  createRoomClient,
  type Files,
  type RoomClient,
  type Stretch,
} from '@chat-room/client'
import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import { systemClock } from '../../../src/terminal/clock.ts'
import { createForgetfulMemory } from '../../../src/terminal/forgetful-memory.ts'
import { systemRandom } from '../../../src/terminal/random.ts'
import { createOpenSocket } from '../../../src/terminal/socket.ts'
import { LIGHT_PROFILES } from '../../support/light-profiles.ts'
import { Transcript } from './transcript.ts'

type Place = {
  /** `https://…` or `wss://…`, without a path. */
  readonly url: string
  /** The authority that vouches for it, PEM. */
  readonly ca: string
}

type LightOptions = {
  /** What everybody in the room has to share; next to no stretching unless told. */
  readonly stretch?: Stretch
  /** Files that are offered are received into these; none unless told. */
  readonly files?: Files
}

const nothing = async () => ({ problem: 'no files here' })
const NO_FILES: Files = { find: nothing, openSource: nothing, createSink: nothing, reopenSink: nothing }

/** The client core over real TLS, in this process and with next to no stretching: hundreds of them fit. */
export class LightClient implements AsyncDisposable {
  readonly core: RoomClient
  readonly #name: string
  readonly heard: Transcript<ClientEvent>

  constructor(name: string, { url, ca }: Place, room: string, { stretch, files }: LightOptions = {}) {
    const context = createSecureContext({ ca })
    this.#name = name
    this.heard = new Transcript(
      () => `${name} heard:\n${this.heard.items.map(event => JSON.stringify(event)).join('\n')}`,
    )
    this.core = createRoomClient(
      { url: url.replace(/^wss:/, 'https:'), room, accept: files === undefined ? 'none' : 'all' },
      {
        openSocket: createOpenSocket(() => context, systemClock),
        clock: systemClock,
        random: systemRandom,
        stretch: stretch ?? createOpaqueStretch(LIGHT_PROFILES),
        memory: createForgetfulMemory(),
        files: files ?? NO_FILES,
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

  /** Through all prompts, under its name. */
  async enter(password: string): Promise<void> {
    await this.givePassword(password)
    await this.event('prompt', prompt => prompt.for === 'alias')
    this.core.giveAlias(this.#name)
    await this.event('joined')
  }

  /** Answers the prompt that stands. */
  async givePassword(password: string): Promise<void> {
    await this.event('prompt', prompt => prompt.for === 'password')
    const { state } = this.core
    if (state.name !== 'password') throw new Error(`no password is asked for in ${state.name}`)
    this.core.givePassword(password, state.purpose)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.core.stop()
  }
}
