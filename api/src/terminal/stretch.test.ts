import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROFILES } from '@chat-room/client'
import { ready, server } from '@serenity-kit/opaque'
import { createWorkerStretch } from './stretch.ts'

test('the worker registers and logs in with the shipped profile, and refuses any other', async () => {
  await ready
  const stretch = createWorkerStretch()
  assert.equal(stretch.creationProfile, 1)
  const serverSetup = server.createSetup()
  const context = { roomId: 'main', deploymentId: 'deployment', profile: 1 }
  const userIdentifier = 'room:main'

  const start = await stretch.startRegistration('secret')
  const created = server.createRegistrationResponse({
    serverSetup,
    userIdentifier,
    registrationRequest: start.request,
  })
  const registered = await stretch.finishRegistration(
    'secret',
    start.state,
    created.registrationResponse,
    context,
  )
  assert.ok(registered.ok)

  const logIn = async (password: string, profile: number) => {
    const { state, request } = await stretch.startLogin(password)
    const { loginResponse } = server.startLogin({
      serverSetup,
      userIdentifier,
      registrationRecord: registered.value.record,
      startLoginRequest: request,
      identifiers: { client: 'room:main', server: 'deployment' },
    })
    return await stretch.finishLogin(password, state, loginResponse, { ...context, profile })
  }
  const right = await logIn('secret', 1)
  assert.ok(right.ok)
  assert.deepEqual(right.value.exportKey, registered.value.exportKey)
  assert.deepEqual(await logIn('wrong', 1), { ok: false, error: 'wrong-password' })
  for (const profile of [0, 2, 99]) {
    assert.ok(!PROFILES.has(profile))
    assert.deepEqual(await logIn('secret', profile), { ok: false, error: 'unknown-profile' })
  }
})

test('what the server sent wrongly is a value, also from within the worker', async () => {
  const stretch = createWorkerStretch()
  const { state } = await stretch.startLogin('secret')
  const context = { roomId: 'main', deploymentId: 'deployment', profile: 1 }
  const finished = await stretch.finishLogin('secret', state, 'no response', context)
  assert.deepEqual(finished, { ok: false, error: 'malformed-response' })
})
