import { failure, ok, type RefusalCode, type Result, type ServerMessageOf } from '@chat-room/protocol'
import { type Bytes, decodeBase64Url, encodeBase64Url } from './bytes.ts'
import type { Connection } from './connection.ts'
import { deriveStateKey } from './crypto/local-state.ts'
import { unwrapRoomKey, wrapRoomKey } from './crypto/room-key-wrap.ts'
import { importRoomKeys, ROOT_KEY_BYTES, type RoomKeys } from './crypto/room-keys.ts'
import type { StretchContext } from './crypto/stretch.ts'
import type { ClientPorts } from './ports.ts'
import { type SealedRoot, sealRoot } from './stay.ts'

/** What the password opened. */
export type Admission = {
  readonly keys: RoomKeys
  /** Seals what this client keeps on its own device, if that device does not open without the password. */
  readonly stateKey: CryptoKey
  /** What the keys come from, if it does. */
  readonly root: SealedRoot | undefined
}

export type EntryFailure =
  | { readonly code: RefusalCode; readonly retryAfter?: number | undefined }
  /** The server answered with what no honest server sends. */
  | { readonly code: 'server'; readonly message: string }

type RoomFact = ServerMessageOf<'room'>
type Ports = Pick<ClientPorts, 'stretch' | 'random' | 'memory'>

/**
 * Flow 1: set the room's password. The room's key is drawn here, and leaves only wrapped under what the password opens.
 * Whoever succeeds logs in next, which proves that the stored record works.
 */
export async function createRoom(
  connection: Connection,
  { stretch, random }: Ports,
  room: RoomFact,
  password: string,
  claimCode: string | undefined,
): Promise<Result<void, EntryFailure>> {
  const { state, request } = await stretch.startRegistration(password)
  const started = await connection.ask(
    { type: 'start-creation', request, ...(claimCode === undefined ? {} : { claimCode }) },
    'creation-started',
  )
  if (started.type === 'refused') return failure(refusal(started))

  const profile = stretch.creationProfile
  const context = contextOf(room, profile)
  const registered = await stretch.finishRegistration(password, state, started.response, context)
  if (!registered.ok) return failure({ code: 'server', message: STRETCH_PROBLEMS[registered.error] })
  const { record, exportKey } = registered.value
  const rootKey = { epoch: 1, bytes: random(ROOT_KEY_BYTES) }
  const wrap = await wrapRoomKey(exportKey, room.room, rootKey, random)
  exportKey.fill(0)
  rootKey.bytes.fill(0)

  const created = await connection.ask(
    { type: 'finish-creation', record, wrap: encodeBase64Url(wrap), profile },
    'created',
  )
  return created.type === 'refused' ? failure(refusal(created)) : ok(undefined)
}

/** Flow 2: prove the password, and get the room's key. */
export async function logIn(
  connection: Connection,
  ports: Ports,
  room: RoomFact,
  password: string,
): Promise<Result<Admission, EntryFailure>> {
  if (room.profile === undefined)
    return failure({ code: 'server', message: STRETCH_PROBLEMS['unknown-profile'] })
  const { stretch } = ports
  const { state, request } = await stretch.startLogin(password)
  const started = await connection.ask({ type: 'start-login', request }, 'login-started')
  if (started.type === 'refused') return failure(refusal(started))

  const context = contextOf(room, room.profile)
  const finished = await stretch.finishLogin(password, state, started.response, context)
  if (!finished.ok) {
    if (finished.error === 'wrong-password') return failure({ code: 'wrong-password' })
    return failure({ code: 'server', message: STRETCH_PROBLEMS[finished.error] })
  }
  const { finish, exportKey } = finished.value
  const admitted = await connection.ask({ type: 'finish-login', finish }, 'admitted')
  if (admitted.type === 'refused') return failure(refusal(admitted))
  return openRoom(ports, exportKey, room.room, admitted)
}

async function openRoom(
  { memory, random }: Ports,
  exportKey: Bytes,
  room: string,
  { wrap, epoch }: ServerMessageOf<'admitted'>,
): Promise<Result<Admission, EntryFailure>> {
  const rootKey = await unwrapRoomKey(exportKey, room, decodeBase64Url(wrap) ?? new Uint8Array())
  const stateKey = await deriveStateKey(exportKey, room)
  exportKey.fill(0)
  if (!rootKey.ok || rootKey.value.epoch !== epoch) {
    return failure({
      code: 'server',
      message: 'The server gave a room key that this password does not open.',
    })
  }
  const { bytes } = rootKey.value
  const deviceKey = await memory.deviceKey()
  const root = deviceKey && (await sealRoot(deviceKey, bytes, random))
  return ok({ keys: await importRoomKeys(bytes, room, epoch), stateKey, root })
}

const contextOf = (room: RoomFact, profile: number): StretchContext => ({
  roomId: room.room,
  deploymentId: room.deployment,
  profile,
})

const refusal = ({ code, retryAfter }: ServerMessageOf<'refused'>): EntryFailure => ({ code, retryAfter })

const STRETCH_PROBLEMS = {
  'unknown-profile': 'The room stretches its password in a way that this version does not know: update it.',
  'malformed-response': "The server's answer is not of the password protocol.",
} as const
