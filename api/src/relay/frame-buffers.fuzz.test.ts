import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Client, FakeFile, openRig, SEGMENT } from '../../test/relay-rig.ts'
import { SeededRandom } from '../../test/support/seeded-random.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import type { FrameBuffers, StoredTransfer, TransferFacts } from './ports.ts'

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31))
const POISON = 0xdd
/** More than the relay keeps in memory for those who come later. */
const SEGMENTS = 320

/** What is given back is spoilt at once: whoever still looks at it shows. */
class PoisoningBuffers implements FrameBuffers {
  readonly #lent = new Set<ArrayBufferLike>()
  given = 0

  take(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    this.#lent.add(bytes.buffer)
    return bytes
  }

  giveBack(bytes: Uint8Array): void {
    assert.ok(this.#lent.delete(bytes.buffer), 'a buffer is given back once')
    bytes.fill(POISON)
    this.given++
  }

  get lent(): number {
    return this.#lent.size
  }
}

/** Takes any number of turns for everything. */
class SlowDisk extends MemorySegmentStore {
  readonly #pause: () => Promise<void>

  constructor(pause: () => Promise<void>) {
    super()
    this.#pause = pause
  }

  override create(facts: TransferFacts): StoredTransfer {
    const transfer = super.create(facts)
    const [write, read] = [transfer.write.bind(transfer), transfer.read.bind(transfer)]
    transfer.write = async (index, bytes) => {
      const before = bytes.slice()
      await this.#pause()
      assert.equal(Buffer.compare(bytes, before), 0, `segment ${index} was changed while it was written`)
      return write(index, bytes)
    }
    transfer.read = async (index, into) => {
      await this.#pause()
      return read(index, into)
    }
    return transfer
  }
}

test(`memory that is used again spoils nobody's bytes, on the disk or on the way (SEED=${seed})`, async () => {
  const random = new SeededRandom(seed)
  const pause = async () => {
    for (let turns = random.below(4); turns > 0; turns--) await turn()
  }
  const buffers = new PoisoningBuffers()
  const rig = await openRig({ buffers, store: new SlowDisk(pause) })
  const file = new FakeFile(SEGMENTS * SEGMENT - 7)

  const sender = rig.join()
  sender.peer.onMessage = message => {
    if (message.type !== 'want') return
    for (let index = message.first; index < message.first + message.count; index++) void send(index)
  }
  const send = async (index: number) => {
    await pause()
    const frame = file.frame(index)
    const bytes = buffers.take(frame.length)
    bytes.set(frame)
    assert.equal(sender.frame(bytes), undefined)
  }
  sender.say(file.provide())

  let spoilt = false
  const receivers = new Map<Client, Set<number>>()
  const receive = (slowness: number) => {
    const client = rig.join()
    const got = new Set<number>()
    receivers.set(client, got)
    client.peer.sendSegment = async frame => {
      // Now and then so long that the relay has used all its memory again meanwhile.
      for (let turns = random.chance(0.02) ? 300 : random.below(slowness); turns > 0; turns--) await turn()
      const index = file.indexOf(frame)
      if (index === undefined) spoilt = true
      else got.add(index)
    }
    client.say(file.want())
    return client
  }
  for (const slowness of [1, 3, 10]) receive(slowness)
  const quitter = receive(5)
  const isDone = () => [...receivers.values()].every(({ size }) => size === file.units)
  for (let turns = 0; !isDone() && !spoilt; turns++) {
    // Some come when much of it lies on the disk alone; one goes in the middle.
    if (turns === 100 || turns === 400) receive(2)
    if (turns === 200) {
      quitter.leave()
      receivers.delete(quitter)
    }
    await turn()
  }
  assert.equal(spoilt, false, 'a receiver gets what was sent, not what was used again')
  assert.ok(buffers.given > file.units / 2, 'memory was used again')
  sender.say({ type: 'withdraw', transfer: file.transfer, secret: file.secret })
  for (let turns = 0; turns < 50; turns++) await turn()
  assert.deepEqual([rig.relay.usage().bytesInMemory, buffers.lent], [0, 0])
})
