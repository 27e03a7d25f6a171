import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { client, ready, server } from '@serenity-kit/opaque'
import type { PasswordServer } from '../room/ports.ts'
import { createPasswordServer } from './password-server.ts'

const PASSWORD = 'correct horse battery staple'
const USER = 'room:main.creation'
const IDENTIFIERS = { client: 'room:main', server: 'deployment' }
/** Light on purpose: what is tested is the server's half, which never stretches. */
const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 64, parallelism: 1 } }

let passwords: PasswordServer
let record: string

before(async () => {
  await ready
  passwords = await createPasswordServer({ secret: server.createSetup() })
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: PASSWORD })
  const registrationResponse = passwords.respondRegistration(USER, registrationRequest)
  assert.ok(registrationResponse)
  record = client.finishRegistration({
    password: PASSWORD,
    registrationResponse,
    clientRegistrationState,
    identifiers: IDENTIFIERS,
    keyStretching,
  }).registrationRecord
})

/** KE3 of a client that tries `password`, and the server's state for it. */
function logIn(password: string, { userIdentifier = USER, identifiers = IDENTIFIERS } = {}) {
  const { clientLoginState, startLoginRequest } = client.startLogin({ password })
  const started = passwords.startLogin({ userIdentifier, record, request: startLoginRequest, identifiers })
  assert.ok(started)
  const finished = client.finishLogin({
    clientLoginState,
    loginResponse: started.response,
    password,
    identifiers: IDENTIFIERS,
    keyStretching,
  })
  return { state: started.state, finish: finished?.finishLoginRequest }
}

test('M3: the right password is proved', () => {
  const { state, finish } = logIn(PASSWORD)
  assert.ok(finish)
  assert.equal(passwords.finishLogin(state, finish, IDENTIFIERS), true)
})

test('M3: a wrong password gives the client nothing to prove', () => {
  assert.equal(logIn('Correct horse battery staple').finish, undefined)
})

test('M3: a proof for another login, another room or another creation proves nothing', () => {
  const { finish } = logIn(PASSWORD)
  assert.ok(finish)
  assert.equal(passwords.finishLogin(logIn(PASSWORD).state, finish, IDENTIFIERS), false)
  assert.equal(logIn(PASSWORD, { userIdentifier: 'room:main.another' }).finish, undefined)
  assert.equal(
    logIn(PASSWORD, { identifiers: { client: 'room:other', server: 'deployment' } }).finish,
    undefined,
  )
})

const MALFORMED: readonly (readonly [string, (size: number) => string])[] = [
  ['empty', () => ''],
  ['a character short', size => 'A'.repeat(size - 1)],
  ['a character long', size => 'A'.repeat(size + 1)],
  ['not base64url', size => '+'.repeat(size)],
  ['not ASCII', size => 'é'.repeat(size)],
  ['no point of the group', size => '_'.repeat(size)],
  ['a megabyte', () => 'A'.repeat(1 << 20)],
]

for (const [what, text] of MALFORMED) {
  test(`M3: a message that is ${what} is no message of the protocol`, () => {
    const { startLoginRequest: request } = client.startLogin({ password: PASSWORD })
    const login = { userIdentifier: USER, identifiers: IDENTIFIERS }
    assert.equal(passwords.respondRegistration(USER, text(43)), undefined)
    assert.equal(passwords.startLogin({ ...login, record, request: text(128) }), undefined)
    assert.equal(passwords.startLogin({ ...login, record: text(256), request }), undefined)
    assert.equal(passwords.finishLogin(logIn(PASSWORD).state, text(86), IDENTIFIERS), false)
  })
}
