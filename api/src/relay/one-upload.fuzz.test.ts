import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Client,
  FakeFile,
  id,
  openRig,
  type Rig,
  SEGMENT,
  settled,
  WINDOW,
  wanted,
} from '../../test/relay-rig.ts'
import { forEachSeed } from '../../test/support/for-each-seed.ts'
import { SeededRandom } from '../../test/support/seeded-random.ts'

class Receiver {
  readonly got = new Set<number>()
  readonly #id = id()
  readonly #speed: number
  #client: Client | undefined

  constructor(speed: number) {
    this.#speed = speed
  }

  /** Takes some, and wants from its first gap on when it comes. */
  fetch(rig: Rig, file: FakeFile): void {
    if (this.#client) {
      this.#client.peer.take(this.#speed)
      return
    }
    const client = rig.join({ member: this.#id })
    client.peer.stuck = true
    client.peer.onFrame = frame => {
      const index = file.indexOf(frame)
      assert.ok(index !== undefined)
      if (this.#client === client) this.got.add(index)
    }
    client.say(file.want(this.got.size))
    this.#client = client
  }

  leave(): void {
    this.#client?.leave()
    this.#client = undefined
  }
}

/** Receivers of many speeds that come, go, come back and come late. */
async function runOneUpload(seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  const rig = await openRig()
  const file = new FakeFile(1 + random.below(80 * SEGMENT))
  const sender = rig.join()
  sender.say(file.provide())
  const receivers = Array.from({ length: 1 + random.below(20) }, () => new Receiver(1 + random.below(6)))
  let sent = 0
  const send = (count: number): void => {
    for (const index of wanted(sender.peer, file).slice(sent, sent + count)) {
      assert.equal(sender.frame(file.frame(index)), undefined)
      sent++
    }
  }
  for (let step = 0; step < 100; step++) {
    const receiver = random.pick(receivers)
    const action = random.below(10)
    if (action < 2) send(1 + random.below(8))
    else if (action === 2) receiver.leave()
    else receiver.fetch(rig, file)
    await settled()
  }
  for (let round = 0; receivers.some(({ got }) => got.size < file.units); round++) {
    assert.ok(round < 2 * file.units, 'a receiver that keeps wanting does not get everything')
    send(WINDOW)
    for (const receiver of receivers) receiver.fetch(rig, file)
    await settled()
  }
  const once = Array.from({ length: file.units }, (_, index) => index)
  assert.deepEqual(wanted(sender.peer, file), once, 'the egress of the sender is the file, once')
}

test('while the store holds it a file is sent exactly once, however many fetch it', () =>
  forEachSeed(runOneUpload))
