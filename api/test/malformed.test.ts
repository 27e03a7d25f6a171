import { test } from 'node:test'
import { BareClient, BareSegments } from './support/bare-client.ts'
import { serveRooms } from './support/served-room.ts'
test('x', async () => {
  await using server = await serveRooms()
  const c = await BareClient.member(server, 'a')
  const s = await BareSegments.attach(c)
  await s.close(); await c.close()
  console.log(server.errors)
})
