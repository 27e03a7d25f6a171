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
} from '../../test/relay-rig.ts'
import { forEachSeed } from '../../test/support/for-each-seed.ts'
import { SeededRandom } from '../../test/support/seeded-random.ts'
import { MemorySegmentStore } from '../store/segments/memory-segment-store.ts'
import type { SegmentStore, StoredTransfer, TransferFacts } from './ports.ts'

const STEPS = 400
const MIB = 1024 * 1024

/** A disk whose reads and writes end in any order, when `step` says so, and fail now and then. */
class Disk {
  readonly #random: SeededRandom
  readonly #under: (() => void)[] = []
  flawless = false
  /** By transfer: segments that were held, or being written, and are not any more. Nothing else may be wanted twice. */
  readonly gone = new Map<string, number>()
  /** By transfer: segments that were given up, or could not be read, … */
  readonly dropped = new Map<string, number>()
  /** … and those of the latter kind. */
  readonly unreadable = new Map<string, number>()
  /** By transfer, of this process. */
  writing = new Map<string, number>()

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** Whether a read or a write succeeds, when its turn has come. */
  async turn(): Promise<boolean> {
    if (this.flawless) return true
    await new Promise<void>(resolve => this.#under.push(resolve))
    return !this.#random.chance(0.02)
  }

  step(count = 1): void {
    for (; count > 0 && this.#under.length > 0; count--)
      this.#under.splice(this.#random.below(this.#under.length), 1)[0]?.()
  }

  /** The process is killed: what it was writing may come to lie in the store or not, and nobody knows of it. */
  kill(): void {
    for (const [transfer, count] of this.writing) add(this.gone, transfer, count)
    this.writing = new Map()
  }
}

const add = (counts: Map<string, number>, key: string, count: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + count)
}

class JitterStore extends MemorySegmentStore implements SegmentStore {
  readonly #disk: Disk

  constructor(disk: Disk, earlier?: JitterStore) {
    super(earlier)
    this.#disk = disk
  }

  override create(facts: TransferFacts): StoredTransfer {
    const transfer = super.create(facts)
    const write = transfer.write.bind(transfer)
    const [read, drop] = [transfer.read.bind(transfer), transfer.drop.bind(transfer)]
    const [empty, remove] = [transfer.empty.bind(transfer), transfer.remove.bind(transfer)]
    const disk = this.#disk
    const { transfer: id } = facts
    transfer.write = async (index, bytes) => {
      const { writing } = disk
      add(writing, id, 1)
      const isWritten = await disk.turn()
      add(writing, id, -1)
      if (isWritten) return write(index, bytes)
      add(disk.gone, id, 1)
      return 'disk-full'
    }
    transfer.read = async (index, into) => {
      if (!(await disk.turn())) add(disk.unreadable, id, 1)
      else if (await read(index, into)) return true
      return false
    }
    transfer.drop = index => {
      if (transfer.lengthOf(index) !== undefined)
        for (const counts of [disk.gone, disk.dropped]) add(counts, id, 1)
      drop(index)
    }
    const forget = () => add(disk.gone, id, transfer.count + (disk.writing.get(id) ?? 0))
    transfer.empty = () => {
      forget()
      return empty()
    }
    transfer.remove = () => {
      forget()
      return remove()
    }
    return transfer
  }
}

/** One member, its socket, and what it has of each file. */
class Member {
  readonly id = id()
  readonly got = new Map<FakeFile, Set<number>>()
  client: Client | undefined
  /** Wanted of this member's uploads on the present socket and not sent. */
  readonly owed = new Map<FakeFile, number[]>()
  /** Segments that its socket takes at once: some are slow. */
  readonly speed: number

  constructor(speed: number) {
    this.speed = speed
  }

  connect(rig: Rig, world: World): Client {
    const client = rig.join({ member: this.id })
    this.client = client
    client.peer.stuck = true
    client.peer.onFrame = frame => {
      const file = world.files.find(one => one.indexOf(frame) !== undefined)
      assert.ok(file, 'a frame is a segment of some file, byte for byte')
      assert.ok(world.mayHave(this, file), 'M11: a frame reached somebody outside the audience')
      const got = this.got.get(file) ?? new Set()
      this.got.set(file, got.add(file.indexOf(frame) as number))
    }
    client.peer.onMessage = message => {
      if (message.type === 'paced')
        assert.ok(world.tight, 'P74: there is room for all, and somebody is paced')
      if (message.type === 'ended' || (message.type === 'refused' && message.what === 'provide')) {
        for (const [file] of this.owed) if (file.transfer === message.transfer) this.owed.delete(file)
        return
      }
      if (message.type !== 'want') return
      const file = world.files.find(({ transfer }) => transfer === message.transfer) as FakeFile
      const owed = this.owed.get(file) ?? []
      this.owed.set(file, owed)
      for (let index = message.first; index < message.first + message.count; index++) {
        assert.ok(!owed.includes(index), 'the relay wants a segment that it wants already')
        owed.push(index)
      }
      assert.ok(owed.length <= WINDOW, `${owed.length} segments are wanted at once`)
    }
    return client
  }

  disconnect(): void {
    this.owed.clear()
    if (!this.client) return
    this.client.leave()
    // What the closed socket had not taken is lost.
    this.client.peer.onFrame = () => {}
    this.client.peer.take()
    this.client = undefined
  }

  lacks(file: FakeFile): number | undefined {
    const got = this.got.get(file)
    for (let index = 0; index < file.units; index++) if (!got?.has(index)) return index
    return undefined
  }
}

class World {
  readonly members: Member[]
  readonly files: FakeFile[]
  /** There is not room for all files. */
  readonly tight: boolean
  /** Segments that arrived, by file. */
  readonly sent = new Map<FakeFile, number>()
  readonly #senders = new Map<FakeFile, Member>()
  readonly #audiences = new Map<FakeFile, string>()

  constructor(random: SeededRandom, tight: boolean) {
    this.tight = tight
    this.members = Array.from({ length: 6 }, () => new Member(1 + random.below(12)))
    this.files = Array.from({ length: 3 }, () => new FakeFile(1 + random.below(60 * SEGMENT)))
    for (const [at, file] of this.files.entries()) {
      // One each: all of one address might not fit its half of the quota.
      const sender = this.members[at] as Member
      this.#senders.set(file, sender)
      const others = this.members.filter(member => member !== sender)
      this.#audiences.set(file, random.chance(0.5) ? 'all' : random.pick(others).id)
    }
  }

  sender(file: FakeFile): Member {
    return this.#senders.get(file) as Member
  }

  audience(file: FakeFile): string {
    return this.#audiences.get(file) as string
  }

  mayHave(member: Member, file: FakeFile): boolean {
    const audience = this.audience(file)
    return audience === 'all' ? member !== this.sender(file) : member.id === audience
  }
}

async function run(seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  // A quarter of it is one window, two, most files but not all together, or more than any file here.
  const quota = random.pick([4, 8, 12, 256]) * MIB
  const world = new World(random, quota < 256 * MIB)
  const disk = new Disk(random)
  let store = new JitterStore(disk)
  const open = () => openRig({ quota, ttl: 2 ** 40, store })
  let rig = await open()

  const send = (member: Member, file: FakeFile, at: number): void => {
    const [index] = member.owed.get(file)?.splice(at, 1) ?? []
    if (index === undefined) return
    world.sent.set(file, (world.sent.get(file) ?? 0) + 1)
    assert.equal(member.client?.frame(file.frame(index)), undefined)
  }

  const act = async (): Promise<void> => {
    const member = random.pick(world.members)
    const file = random.pick(world.files)
    const { client } = member
    const action = random.below(100)
    if (action === 0) {
      for (const one of world.members) one.disconnect()
      disk.step(random.below(50))
      await settled()
      disk.kill()
      store = new JitterStore(disk, store)
      rig = await open()
    } else if (action === 1) {
      // Somebody else's file takes room, and other files of room that idles.
      const other = rig.join()
      other.say(new FakeFile(2 * MIB).provide())
      other.leave()
    } else if (action < 4) member.disconnect()
    else if (action < 8) rig.pass(random.below(40_000))
    else if (action < 40) disk.step(1 + random.below(8))
    else if (!client) member.connect(rig, world)
    else if (action < 50) {
      const sender = world.sender(file)
      sender.client?.say(file.provide(world.audience(file)))
    } else if (action < 65) {
      for (const [owedFile, owed] of member.owed)
        for (let count = random.below(8); count > 0; count--)
          send(member, owedFile, random.below(owed.length))
    } else if (action < 80) client.peer.take(member.speed)
    else {
      const first = random.chance(0.8) ? (member.lacks(file) ?? 0) : random.below(file.units)
      client.say(file.want(first, random.below(30)))
    }
    await settled()
  }

  const check = (): void => {
    const { bytesInMemory, bytesCharged } = rig.relay.usage()
    assert.ok(bytesCharged <= quota, `${bytesCharged} bytes are charged`)
    const perFile = WINDOW * (SEGMENT + 21) * world.files.length
    const perMember = (MIB + 2 * SEGMENT) * world.members.length
    assert.ok(bytesInMemory <= 8 * MIB + perFile + perMember, `${bytesInMemory} bytes in memory`)
    for (const file of world.files) {
      const [sent, gone] = [world.sent.get(file) ?? 0, disk.gone.get(file.transfer) ?? 0]
      assert.ok(sent <= file.units + gone, `${sent} of ${file.units} segments were wanted, ${gone} were lost`)
      const [dropped, unreadable] = [
        disk.dropped.get(file.transfer) ?? 0,
        disk.unreadable.get(file.transfer) ?? 0,
      ]
      assert.ok(world.tight || dropped <= unreadable, 'there is room for all, and something is given up')
    }
  }

  const checkStore = async (): Promise<void> => {
    let held = 0
    for (const stored of await store.restore())
      for (const index of stored.indices()) held += stored.lengthOf(index) ?? 0
    const { bytesCharged } = rig.relay.usage()
    assert.ok(held <= bytesCharged, `${held} bytes lie in the store, ${bytesCharged} are charged`)
  }

  for (let step = 0; step < STEPS; step++) {
    await act()
    check()
    await checkStore()
  }

  // From here on nothing fails any more: whoever keeps wanting gets everything, though somebody may have fallen asleep.
  disk.flawless = true
  const asleep = random.chance(0.5) ? world.members.at(-1) : undefined
  const awake = world.members.filter(member => member !== asleep)
  for (const file of world.files) asleep?.client?.say(file.want())
  const isDone = () =>
    world.files.every(file =>
      awake.every(member => !world.mayHave(member, file) || member.lacks(file) === undefined),
    )
  for (let round = 0; !isDone(); round++) {
    assert.ok(round < 500, 'a receiver that keeps wanting does not get everything')
    disk.step(1_000)
    for (const member of world.members) {
      const client = member.client ?? member.connect(rig, world)
      if (member === asleep) continue
      client.peer.stuck = false
      client.peer.take()
    }
    for (const file of world.files) {
      const sender = world.sender(file)
      sender.client?.say(file.provide(world.audience(file)))
      for (const member of awake) {
        const first = world.mayHave(member, file) ? member.lacks(file) : undefined
        if (first !== undefined) member.client?.say(file.want(first))
        else if (member !== sender) member.client?.say(file.want(0, 0))
      }
      await settled()
      while (sender.owed.get(file)?.length) {
        send(sender, file, 0)
        await settled()
        check()
      }
    }
    rig.pass(1_000)
  }
  disk.step(1_000)
  for (const member of world.members) member.disconnect()
  await settled()
  assert.ok(rig.relay.usage().bytesInMemory <= 8 * MIB, 'what nobody uses is let go')
}

test('every receiver gets every byte and nobody else does, whatever happens', () => forEachSeed(run))
