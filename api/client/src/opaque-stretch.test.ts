import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { ready, server } from '@serenity-kit/opaque'
import { decodeBase64Url, encodeBase64Url } from './bytes.ts'
import { errorOf, hex, unhex, unwrap } from './crypto/fixtures.test.ts'
import { PROFILES, type Stretch, type StretchContext } from './crypto/stretch.ts'
import { createOpaqueStretch } from './opaque-stretch.ts'

const LIGHT = new Map([[7, { memoryKiB: 1024, iterations: 1, parallelism: 1 }]])
const light = createOpaqueStretch(LIGHT)
const context: StretchContext = {
  roomId: 'main',
  deploymentId: 'deployment-1',
  profile: light.creationProfile,
}
const userIdentifier = 'room:main|creation-1'

before(() => ready)

/** The server's half, as the room does it. */
function createServer() {
  const serverSetup = server.createSetup()
  const identifiers = { client: 'room:main', server: 'deployment-1' }
  return {
    register: (registrationRequest: string) =>
      server.createRegistrationResponse({ serverSetup, userIdentifier, registrationRequest })
        .registrationResponse,
    start: (startLoginRequest: string, registrationRecord: string | null, user = userIdentifier) =>
      server.startLogin({
        serverSetup,
        userIdentifier: user,
        registrationRecord,
        startLoginRequest,
        identifiers,
      }),
    finish: (serverLoginState: string, finishLoginRequest: string) =>
      server.finishLogin({ serverLoginState, finishLoginRequest, identifiers }).sessionKey,
  }
}

async function registered(password: string, stretch: Stretch = light, as = context) {
  const host = createServer()
  const { state, request } = await stretch.startRegistration(password)
  const { record, exportKey } = unwrap(
    await stretch.finishRegistration(password, state, host.register(request), as),
  )
  return { host, record, exportKey }
}

async function logIn(
  { host, record }: { host: ReturnType<typeof createServer>; record: string | null },
  password: string,
  as = context,
  user = userIdentifier,
) {
  const { state, request } = await light.startLogin(password)
  const { loginResponse, serverLoginState } = host.start(request, record, user)
  return { serverLoginState, result: await light.finishLogin(password, state, loginResponse, as) }
}

describe('register and log in', () => {
  test("M3: the right password gives the export key of the registration and the server's session key", async () => {
    const room = await registered('correct horse')
    const { result, serverLoginState } = await logIn(room, 'correct horse')
    const { finish, exportKey, sessionKey } = unwrap(result)
    assert.equal(exportKey.length, 64)
    assert.equal(sessionKey.length, 64)
    assert.equal(hex(exportKey), hex(room.exportKey))
    assert.equal(encodeBase64Url(sessionKey), room.host.finish(serverLoginState, finish))
  })

  test('messages have the sizes that the protocol gives them', async () => {
    const room = await registered('x')
    const registration = await light.startRegistration('x')
    const login = await light.startLogin('x')
    const { result } = await logIn(room, 'x')
    const sizes = [registration.request, room.record, login.request, unwrap(result).finish]
    assert.deepEqual(
      sizes.map(text => decodeBase64Url(text)?.length),
      [32, 192, 96, 64],
    )
  })

  test('M3: a wrong password is a value', async () => {
    const room = await registered('correct horse')
    for (const wrong of ['correct horse ', 'Correct horse', '', 'correct hors']) {
      assert.equal(errorOf((await logIn(room, wrong)).result), 'wrong-password')
    }
  })

  test('a room without a record looks like a wrong password', async () => {
    const { host } = await registered('correct horse')
    assert.equal(errorOf((await logIn({ host, record: null }, 'correct horse')).result), 'wrong-password')
  })

  test('a record of another room, deployment, creation or profile does not open', async () => {
    const room = await registered('correct horse')
    for (const other of [{ roomId: 'other' }, { deploymentId: 'deployment-2' }]) {
      const as = { ...context, ...other }
      assert.equal(errorOf((await logIn(room, 'correct horse', as)).result), 'wrong-password')
    }
    const { result } = await logIn(room, 'correct horse', context, 'room:main|creation-2')
    assert.equal(errorOf(result), 'wrong-password')
    const heavier = createOpaqueStretch(new Map([[7, { memoryKiB: 2048, iterations: 1, parallelism: 1 }]]))
    const otherProfile = await registered('correct horse', heavier)
    assert.equal(errorOf((await logIn(otherProfile, 'correct horse')).result), 'wrong-password')
  })

  test('one password typed on two keyboards is one: NFKC, and nothing is trimmed', async () => {
    const room = await registered('Ame\u0301lie \ufb01nds it ')
    unwrap((await logIn(room, 'Am\u00e9lie finds it ')).result)
    assert.equal(errorOf((await logIn(room, 'Am\u00e9lie finds it')).result), 'wrong-password')
  })
})

describe("a server's answer that is no OPAQUE message", () => {
  test('at a registration is a value', async () => {
    const { state, request } = await light.startRegistration('x')
    const host = createServer()
    const good = host.register(request)
    const reflected = encodeBase64Url(
      unhex(
        hex(decodeBase64Url(request) ?? new Uint8Array()) +
          hex(decodeBase64Url(good)?.subarray(32) ?? new Uint8Array()),
      ),
    )
    for (const response of ['', '!', 'AAAA', good.slice(4), 'A'.repeat(good.length), reflected]) {
      assert.equal(
        errorOf(await light.finishRegistration('x', state, response, context)),
        'malformed-response',
      )
    }
  })

  test('at a login is a value', async () => {
    const { host, record } = await registered('x')
    const { state, request } = await light.startLogin('x')
    const good = host.start(request, record).loginResponse
    for (const response of ['', '!', 'AAAA', good.slice(4), 'A'.repeat(good.length)]) {
      assert.equal(errorOf(await light.finishLogin('x', state, response, context)), 'malformed-response')
    }
  })

  test('is not what a broken state of ours is taken for', async () => {
    const { host, record } = await registered('x')
    const { request } = await light.startLogin('x')
    const { loginResponse } = host.start(request, record)
    await assert.rejects(light.finishLogin('x', 'AAAA', loginResponse, context), /State/)
  })
})

describe('profiles', () => {
  test('the shipped table has no light one', () => {
    assert.deepEqual([...PROFILES.keys()], [1])
    assert.equal(createOpaqueStretch().creationProfile, 1)
    for (const { memoryKiB, iterations, parallelism } of PROFILES.values()) {
      assert.ok(memoryKiB >= 128 * 1024)
      assert.ok(iterations >= 3)
      assert.equal(parallelism, 1)
    }
  })

  test('a shipped client refuses every other number, before it stretches anything', async () => {
    const shipped = createOpaqueStretch()
    const room = await registered('x')
    for (const profile of [0, 2, 7, 255, -1, 1.5, Number.NaN]) {
      const as = { ...context, profile }
      const registration = await shipped.startRegistration('x')
      const response = room.host.register(registration.request)
      assert.equal(
        errorOf(await shipped.finishRegistration('x', registration.state, response, as)),
        'unknown-profile',
      )
      const login = await shipped.startLogin('x')
      const { loginResponse } = room.host.start(login.request, room.record)
      assert.equal(errorOf(await shipped.finishLogin('x', login.state, loginResponse, as)), 'unknown-profile')
    }
  })

  test('the shipped profile registers and logs in', async () => {
    const shipped = createOpaqueStretch()
    const as = { ...context, profile: shipped.creationProfile }
    const room = await registered('correct horse', shipped, as)
    const { state, request } = await shipped.startLogin('correct horse')
    const { loginResponse } = room.host.start(request, room.record)
    const { exportKey } = unwrap(await shipped.finishLogin('correct horse', state, loginResponse, as))
    assert.equal(hex(exportKey), hex(room.exportKey))
  })
})

type Rfc9807 = Record<string, string>
const rfc9807: Rfc9807[] = JSON.parse(
  readFileSync(new URL('./crypto/vectors/rfc9807-opaque-ristretto255.json', import.meta.url), 'utf8'),
)

for (const [n, vector] of rfc9807.entries()) {
  test(`RFC 9807 appendix C, ristretto255, real vector ${n + 1}: what is deterministic of the server's half`, () => {
    const text = (name: string) => encodeBase64Url(unhex(vector[name] ?? assert.fail(name)))
    const utf8 = (name: string) => Buffer.from(vector[name] ?? '', 'hex').toString()
    // The third part is the key of the answers for rooms without a record, which the vectors do not reach.
    const setup = ['oprf_seed', 'server_private_key', 'server_public_key'].map(name => vector[name]).join('')
    const serverSetup = encodeBase64Url(unhex(setup))
    const user = utf8('credential_identifier')
    assert.equal(server.getPublicKey(serverSetup), text('server_public_key'))
    const { registrationResponse } = server.createRegistrationResponse({
      serverSetup,
      userIdentifier: user,
      registrationRequest: text('registration_request'),
    })
    assert.equal(registrationResponse, text('registration_response'))
    const { loginResponse } = server.startLogin({
      serverSetup,
      userIdentifier: user,
      registrationRecord: text('registration_upload'),
      startLoginRequest: text('KE1'),
    })
    // KE2 begins with the evaluated element; everything behind it depends on the server's fresh randomness.
    const evaluated = decodeBase64Url(loginResponse)?.subarray(0, 32) ?? new Uint8Array()
    assert.equal(hex(evaluated), vector['KE2']?.slice(0, 64))
  })
}
