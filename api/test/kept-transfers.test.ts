import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bytes, ClientEvent, ClientPorts, Files } from '@chat-room/client'
import { MemoryDevice } from './support/memory-device.ts'
import { MemoryWorld, type WorldClient } from './support/memory-world.ts'

const NOWHERE = { problem: 'nothing is received here' }

/** One file that can be sent; the world has no relay, for which it waits. */
const files: Files = {
  find: async path => ({ files: [{ path, folder: '' }], omitted: [] }),
  openSource: async path => ({
    name: path,
    size: 10,
    mime: '',
    fingerprint: async () => 'as it was',
    read: async (): Promise<Bytes> => new Uint8Array(10),
    close: async () => undefined,
  }),
  createSink: async () => NOWHERE,
  reopenSink: async () => NOWHERE,
}

async function sending(world: MemoryWorld, device: MemoryDevice): Promise<WorldClient> {
  const alice = await world.client(device, { files }).join('alice')
  alice.core.submit(':File report.pdf')
  await world.until(() => alice.core.transfers.length === 1, 'it is about to be sent')
  return alice
}

const told = (client: WorldClient, type: ClientEvent['type']) => client.of(type).length > 0

test('what a stopped process was sending is there in the next one of the same member, until it leaves', async () => {
  const world = await MemoryWorld.create()
  const device = new MemoryDevice()
  const alice = await sending(world, device)
  const [first] = alice.core.transfers
  await alice.core.stop()
  const again = await world.client(device, { files }).join('alice')
  await world.until(() => told(again, 'file-interrupted'), 'it is told')
  assert.equal(again.of('file-interrupted')[0]?.transfer, first?.transfer)
  const order = again.events.map(({ type }) => type)
  assert.ok(order.indexOf('joined') < order.indexOf('file-interrupted'))
  assert.equal(again.core.transfers[0]?.state, 'interrupted')
  again.core.submit(':Pause 1')
  assert.match(again.of('error')[0]?.message ?? '', /^File 1: .*:Continue/)
  again.core.submit(':Exit')
  await world.until(() => again.state === 'left', 'alice leaves')
  const last = await world.client(device, { files }).join('alice')
  assert.deepEqual(last.core.transfers, [])
})

test('what goes on under another alias is not done again by whoever comes in by the old one', async () => {
  const world = await MemoryWorld.create({ settings: { awayGrace: 10 } })
  const device = new MemoryDevice()
  const alice = await sending(world, device)
  const other = world.client()
  other.core.start()
  await other.askedFor('password')
  other.givePassword('correct horse battery staple')
  await other.askedFor('alias')
  alice.pair?.drop()
  world.clock.pass(11)
  await world.tick()
  other.core.giveAlias('Alice')
  await world.until(() => other.state === 'joined', 'another one has the alias')
  await alice.askedFor('alias')
  // Until there is another slot, the old one keeps it.
  assert.equal(device.slots.size, 1)
  alice.core.giveAlias('alicia')
  await world.until(() => alice.state === 'joined', 'she is somebody else')
  await world.until(() => device.slots.size === 1, 'the old slot is gone')
  await alice.core.stop()
  other.core.submit(':Exit')
  await world.until(() => other.state === 'left', 'the alias is free')
  const old = await world.client(device, { files }).join('alice')
  assert.deepEqual(old.core.transfers, [])
})

/** A line for files on which a relay has room for everything, and holds nothing of it yet. */
const relayed =
  (world: MemoryWorld): ClientPorts['openSocket'] =>
  (url, _subprotocol, handlers) => {
    if (!url.endsWith('/segments')) return world.openPair(handlers).client
    const answer = (message: object) => queueMicrotask(() => handlers.text(JSON.stringify(message)))
    queueMicrotask(() => handlers.opened())
    return {
      send(data) {
        const said = typeof data === 'string' ? JSON.parse(data) : {}
        if (said.type === 'attach') answer({ type: 'attached' })
        if (said.type === 'provide') answer({ type: 'providing', transfer: said.transfer, held: [] })
      },
      buffered: 0,
      drained: async () => undefined,
      close: () => undefined,
    }
  }

test('what was offered to everyone and waits for a decision waits on in the next process of who keeps the history', async () => {
  const world = await MemoryWorld.create()
  const device = new MemoryDevice({ stays: true })
  const stay = { persistent: true, accept: 'ask' } as const
  const alice = await world.client(device, { files }, stay).join('alice')
  const bob = await world.client(new MemoryDevice(), { files, openSocket: relayed(world) }).join('bob')
  bob.core.submit(':File report.pdf')
  await world.until(() => told(alice, 'file-offered'), 'alice is offered it')
  await alice.core.stop()
  const again = world.client(device, { files }, stay)
  again.core.start()
  await world.until(() => again.core.transfers.length === 1, 'it is known')
  const [offer] = again.core.transfers
  assert.deepEqual([offer?.number, offer?.name, offer?.state], [1, 'report.pdf', 'offered'])
  const kept = again.of('history').flatMap(({ entries }) => entries.map(({ event }) => event.type))
  assert.deepEqual([kept, told(again, 'file-offered')], [['file-offered'], false], 'it is told once')
  again.core.submit(':Decline 1')
  assert.deepEqual(again.of('error'), [])
  assert.equal(again.core.transfers[0]?.state, 'ended')
})
