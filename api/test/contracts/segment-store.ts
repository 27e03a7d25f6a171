import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { LIMITS } from '@chat-room/protocol'
import type { SegmentStore, StoredTransfer, TransferFacts } from '../../src/relay/ports.ts'

const SEGMENT = LIMITS.segmentBytesMin

/** One place for segments, which several processes open one after the other. */
export type StorePlace = {
  /** A new store over what the one before left, which was closed or not (`killed`). */
  reopen(): Promise<SegmentStore>
  dispose(): Promise<void>
}

const id = (): string => randomBytes(16).toString('base64url')

export const facts = (change: Partial<TransferFacts> = {}): TransferFacts => ({
  transfer: id(),
  room: 'main',
  sender: id(),
  to: 'all',
  size: 10 * SEGMENT,
  segmentSize: SEGMENT,
  secretHash: randomBytes(32).toString('base64url'),
  created: 1_000,
  ...change,
})

export async function readSegment(transfer: StoredTransfer, index: number): Promise<Uint8Array | undefined> {
  const length = transfer.lengthOf(index)
  if (length === undefined) return undefined
  const bytes = new Uint8Array(length)
  return (await transfer.read(index, bytes)) ? bytes : undefined
}

const bytes = (length = SEGMENT): Uint8Array => new Uint8Array(randomBytes(length))

const sorted = (transfer: StoredTransfer): number[] => [...transfer.indices()].sort((a, b) => a - b)

/** What every segment store keeps (`relay/ports.ts`). */
export function segmentStoreContract(name: string, open: () => Promise<StorePlace>): void {
  const withStore = (title: string, run: (store: SegmentStore, place: StorePlace) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const place = await open()
      try {
        const store = await place.reopen()
        assert.deepEqual(await store.restore(), [])
        await run(store, place)
      } finally {
        await place.dispose()
      }
    })

  withStore('segments are held from their write on, in any order, the trailer among them', async store => {
    const transfer = store.create(facts())
    const written = new Map([7, 0, 10, 3].map(index => [index, bytes(index === 10 ? 100 : SEGMENT)]))
    assert.equal(transfer.lengthOf(7), undefined)
    await Promise.all([...written].map(([index, content]) => transfer.write(index, content)))
    assert.equal(transfer.count, 4)
    assert.deepEqual(sorted(transfer), [0, 3, 7, 10])
    for (const [index, content] of written) {
      assert.equal(transfer.lengthOf(index), content.length)
      assert.deepEqual(await readSegment(transfer, index), content)
    }
    await store.close()
  })

  withStore('what is not held is not read', async store => {
    const transfer = store.create(facts())
    await transfer.write(0, bytes())
    assert.equal(transfer.lengthOf(1), undefined)
    assert.equal(await transfer.read(1, new Uint8Array(SEGMENT)), false)
    assert.equal(await transfer.read(0, new Uint8Array(SEGMENT - 1)), false)
    await store.close()
  })

  withStore('a dropped segment is gone, its place serves another, and it may come back', async store => {
    const transfer = store.create(facts())
    const [first, second, third] = [bytes(), bytes(), bytes()]
    await transfer.write(0, first)
    transfer.drop(0)
    transfer.drop(0)
    assert.equal(transfer.count, 0)
    assert.equal(await readSegment(transfer, 0), undefined)
    await transfer.write(5, second)
    await transfer.write(0, third)
    assert.deepEqual(await readSegment(transfer, 5), second)
    assert.deepEqual(await readSegment(transfer, 0), third)
    await store.close()
  })

  withStore('a read that meets a drop never returns another segment', async store => {
    const transfer = store.create(facts())
    await transfer.write(0, bytes())
    const into = new Uint8Array(SEGMENT)
    const reading = transfer.read(0, into)
    transfer.drop(0)
    const content = bytes()
    await transfer.write(1, content)
    if (await reading) assert.notDeepEqual(into, content)
    assert.deepEqual(await readSegment(transfer, 1), content)
    await store.close()
  })

  withStore('a restart finds facts, outcomes and segments, oldest transfer first', async (store, place) => {
    const [younger, older] = [facts({ created: 2_000, room: 'other', to: id() }), facts({ created: 1_000 })]
    const transfer = store.create(younger)
    const content = bytes()
    await transfer.write(4, content)
    transfer.settle('a', 'declined')
    transfer.settle('a', 'received')
    transfer.settle('b', 'declined')
    await store.create(older).write(0, bytes())
    await store.close()

    const again = await place.reopen()
    const [first, second] = await again.restore()
    assert.ok(first && second)
    assert.deepEqual(first.facts, older)
    assert.deepEqual(second.facts, younger)
    assert.deepEqual(
      [...second.outcomes],
      [
        ['a', 'received'],
        ['b', 'declined'],
      ],
    )
    assert.deepEqual(sorted(second), [4])
    assert.deepEqual(await readSegment(second, 4), content)
    await second.write(5, content)
    assert.deepEqual(await readSegment(second, 5), content)
    await again.close()
  })

  withStore('a removed transfer leaves nothing, and its id may come again at once', async (store, place) => {
    const announced = facts()
    const transfer = store.create(announced)
    await transfer.write(0, bytes())
    const removing = transfer.remove()
    assert.equal(transfer.count, 0)
    const content = bytes()
    const next = store.create(announced)
    await next.write(1, content)
    await removing
    assert.deepEqual(await readSegment(next, 1), content)
    await store.close()

    const again = await place.reopen()
    const found = await again.restore()
    assert.equal(found.length, 1)
    assert.deepEqual(found.map(sorted), [[1]])
    await again.close()
  })

  withStore('an emptied transfer keeps its record alone', async (store, place) => {
    const transfer = store.create(facts({ to: 'b' }))
    await transfer.write(0, bytes())
    transfer.settle('b', 'received')
    await transfer.empty()
    assert.equal(transfer.count, 0)
    await transfer.write(1, bytes())
    await store.close()

    const again = await place.reopen()
    const [found] = await again.restore()
    assert.ok(found)
    assert.equal(found.count, 0)
    assert.deepEqual([...found.outcomes], [['b', 'received']])
    await again.close()
  })

  withStore('removal while segments are written and read ends well', async (store, place) => {
    const transfer = store.create(facts())
    await transfer.write(0, bytes())
    const under = [
      transfer.write(1, bytes()),
      transfer.read(0, new Uint8Array(SEGMENT)),
      transfer.write(2, bytes()),
    ]
    await transfer.remove()
    await Promise.all(under)
    await store.close()
    const again = await place.reopen()
    assert.deepEqual(await again.restore(), [])
    await again.close()
  })
}
