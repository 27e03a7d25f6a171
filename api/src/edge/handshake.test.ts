import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectSegmentPair } from '../../test/segment-pair.ts'
import { acceptKey } from './handshake.ts'

test('RFC 6455 1.3: the example’s key is answered as the example says', () => {
  assert.equal(acceptKey('dGhlIHNhbXBsZSBub25jZQ=='), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
})

test('RFC 6455 4.2.2: a client is answered with the subprotocol and without extensions', async () => {
  await using pair = await connectSegmentPair()
  assert.equal(pair.client.protocol, 'chat-room.v1')
  assert.equal(pair.client.extensions, '')
})
