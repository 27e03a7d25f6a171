import { failure, ok, type Result } from '@chat-room/protocol'
import { client, ready } from '@serenity-kit/opaque'
import { type Bytes, decodeBase64Url } from './bytes.ts'
import {
  PROFILES,
  type Stretch,
  type StretchContext,
  type StretchFailure,
  type StretchProfiles,
} from './crypto/stretch.ts'

/** One form for what people type on different keyboards; spaces at the ends are theirs to choose. */
const normalise = (password: string): string => password.normalize('NFKC')

// RFC 9807's `context` is out of reach in this library, so the domain is separated by the two names that the key exchange
// is bound to. Not by the origin: a host that is renamed must not lock its room.
const identifiersOf = ({ roomId, deploymentId }: StretchContext) => ({
  client: `room:${roomId}`,
  server: deploymentId,
})

function secret(text: string): Bytes {
  const bytes = decodeBase64Url(text)
  if (bytes === undefined) throw new Error('OPAQUE gave a key that is not base64url')
  return bytes
}

// How the library reports what the server sent; what it says of a state of ours, or a RuntimeError for want of memory,
// must stay an exception.
const BLAMES_THE_RESPONSE = /^(opaque protocol error|base64 decoding failed) at "(?!.*State")/

function refusingMalformed<T, E>(finish: () => Result<T, E>): Result<T, E | StretchFailure> {
  try {
    return finish()
  } catch (error) {
    if (error instanceof Error && BLAMES_THE_RESPONSE.test(error.message))
      return failure('malformed-response')
    throw error
  }
}

/** The only module that loads the OPAQUE build. Tests hand in a light table; no client does. */
export function createOpaqueStretch(profiles: StretchProfiles = PROFILES): Stretch {
  function settings(context: StretchContext) {
    const profile = profiles.get(context.profile)
    if (profile === undefined) return undefined
    const { memoryKiB: memory, iterations, parallelism } = profile
    return {
      identifiers: identifiersOf(context),
      keyStretching: { 'argon2id-custom': { memory, iterations, parallelism } },
    }
  }

  const [creationProfile] = profiles.keys()
  if (creationProfile === undefined) throw new RangeError('a table of profiles has at least one')

  return {
    creationProfile,

    async startRegistration(password) {
      await ready
      const started = client.startRegistration({ password: normalise(password) })
      return { state: started.clientRegistrationState, request: started.registrationRequest }
    },

    async finishRegistration(password, clientRegistrationState, registrationResponse, context) {
      const chosen = settings(context)
      if (chosen === undefined) return failure('unknown-profile')
      await ready
      return refusingMalformed(() => {
        const input = {
          password: normalise(password),
          clientRegistrationState,
          registrationResponse,
          ...chosen,
        }
        const { registrationRecord, exportKey } = client.finishRegistration(input)
        return ok({ record: registrationRecord, exportKey: secret(exportKey) })
      })
    },

    async startLogin(password) {
      await ready
      const started = client.startLogin({ password: normalise(password) })
      return { state: started.clientLoginState, request: started.startLoginRequest }
    },

    async finishLogin(password, clientLoginState, loginResponse, context) {
      const chosen = settings(context)
      if (chosen === undefined) return failure('unknown-profile')
      await ready
      return refusingMalformed(() => {
        const input = { password: normalise(password), clientLoginState, loginResponse, ...chosen }
        const finished = client.finishLogin(input)
        if (finished === undefined) return failure('wrong-password')
        return ok({
          finish: finished.finishLoginRequest,
          exportKey: secret(finished.exportKey),
          sessionKey: secret(finished.sessionKey),
        })
      })
    },
  }
}
