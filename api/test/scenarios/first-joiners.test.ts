import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serveRooms } from '../support/served-room.ts'
import { LightClient } from './rig/light-client.ts'

const FIRST = 200
const ENTERING = 12

test('M2: of 200 who arrive together exactly one sets the password; the other 199 are asked for it', async () => {
  await using server = await serveRooms()
  const clients = Array.from({ length: FIRST }, (_, at) => new LightClient(`client ${at}`, server, 'crowded'))
  try {
    // All of them are told that there is no password, before any of them sets one.
    await Promise.all(clients.map(client => client.event('room', room => room.state === 'unclaimed')))
    await Promise.all(clients.map((client, at) => client.givePassword(`password ${at}`)))
    const outcomes = await Promise.all(
      clients.map(client =>
        client.heard.take(
          'the alias is asked for, or somebody else was first',
          event =>
            (event.type === 'prompt' && event.for === 'alias') ||
            (event.type === 'error' && event.code === 'already-claimed'),
        ),
      ),
    )
    const creators = outcomes.flatMap(({ type }, at) => (type === 'prompt' ? [at] : []))
    assert.equal(creators.length, 1)
    const [creator = 0] = creators
    const others = clients.filter((_, at) => at !== creator)
    await Promise.all(others.map(client => client.event('room', room => room.state === 'claimed')))

    // The one password opens the room to each of them, and no other does.
    clients[creator]?.core.giveAlias('creator')
    await clients[creator]?.event('joined')
    const [wrong, ...entering] = others.slice(0, ENTERING)
    await wrong?.givePassword(`password ${creator + 1}`)
    await wrong?.event('error', error => error.code === 'wrong-password')
    await Promise.all(
      entering.map(async (client, at) => {
        await client.givePassword(`password ${creator}`)
        await client.event('prompt', prompt => prompt.for === 'alias')
        client.core.giveAlias(`member-${at}`)
        await client.event('joined')
      }),
    )
    clients[creator]?.core.submit('one room')
    await Promise.all(entering.map(client => client.event('message', ({ text }) => text === 'one room')))
    assert.deepEqual(server.errors, [])
  } finally {
    await Promise.all(clients.map(client => client.core.stop()))
  }
})
