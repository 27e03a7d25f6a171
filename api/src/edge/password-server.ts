import type { PasswordServer } from '../room/ports.ts'
import { checkSetup, type ServerSetup } from './server-setup.ts'

/** Characters of base64url that OPAQUE's messages have (RFC 9807, ristretto255-SHA512). */
const SIZE = { registrationRequest: 43, record: 256, ke1: 128, ke3: 86 } as const

const BASE64URL = /^[\w-]+$/
const has = (size: number, text: string): boolean => text.length === size && BASE64URL.test(text)

/**
 * The server's half of OPAQUE. Nothing of the wrong size reaches the library's wasm.
 *
 * @throws InvalidServerSetup
 */
export async function createPasswordServer({ secret }: Pick<ServerSetup, 'secret'>): Promise<PasswordServer> {
  const server = await checkSetup(secret, 'the OPAQUE server setup')
  return {
    respondRegistration(userIdentifier, request) {
      if (!has(SIZE.registrationRequest, request)) return undefined
      const registration = { serverSetup: secret, userIdentifier, registrationRequest: request }
      return unlessMalformed(() => server.createRegistrationResponse(registration).registrationResponse)
    },

    startLogin({ userIdentifier, record, request, identifiers }) {
      if (!has(SIZE.record, record) || !has(SIZE.ke1, request)) return undefined
      return unlessMalformed(() => {
        const { serverLoginState, loginResponse } = server.startLogin({
          serverSetup: secret,
          registrationRecord: record,
          startLoginRequest: request,
          userIdentifier,
          identifiers,
        })
        return { state: serverLoginState, response: loginResponse }
      })
    },

    finishLogin(state, finish, identifiers) {
      if (!has(SIZE.ke3, finish)) return false
      const login = { serverLoginState: state, finishLoginRequest: finish, identifiers }
      return unlessMalformed(() => server.finishLogin(login)) !== undefined
    },
  }
}

/**
 * The library throws alike for points off the curve and for a KE3 that proves nothing; sizes were checked before, and
 * the setup when it was loaded, so what is left to blame is what the client sent.
 */
function unlessMalformed<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate()
  } catch {
    return undefined
  }
}
