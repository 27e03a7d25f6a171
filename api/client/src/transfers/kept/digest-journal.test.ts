import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDevice } from '../../../../test/support/memory-device.ts'
import { DigestJournal } from './digest-journal.ts'

const digest = (seed: number) => new Uint8Array(16).fill(seed)

/** As it is found by the next process. */
const reopened = (device: MemoryDevice) => new DigestJournal(async () => device.journal('j'), true)

test('what was noted is found by its segment, and that the whole was verified', async () => {
  const device = new MemoryDevice()
  const first = new DigestJournal(async () => device.journal('j'), false)
  await first.append(2, digest(7))
  await first.append(0, digest(9))
  await first.release()
  const { digests, verified } = await reopened(device).read(3)
  assert.deepEqual([digests.subarray(0, 16), digests.subarray(32)], [digest(9), digest(7)])
  assert.deepEqual([digests.subarray(16, 32), verified], [digest(0), false])
  await reopened(device).appendVerified(3)
  assert.equal((await reopened(device).read(3)).verified, true)
})

test('a record that was torn is no digest, wherever it is torn, and those noted later are found', async () => {
  for (let kept = 1; kept < 20; kept += 1) {
    const device = new MemoryDevice()
    const first = new DigestJournal(async () => device.journal('j'), false)
    await first.append(0, digest(1))
    await first.append(1, digest(2))
    device.journals.set('j', (device.journals.get('j') ?? new Uint8Array()).slice(0, 20 + kept))
    const next = reopened(device)
    assert.deepEqual(
      (await next.read(3)).digests.subarray(16),
      new Uint8Array(32),
      `${kept} bytes of it are left`,
    )
    await next.append(1, digest(3))
    await next.append(2, digest(4))
    const { digests } = await reopened(device).read(3)
    assert.deepEqual(digests, Uint8Array.from([...digest(1), ...digest(3), ...digest(4)]), `${kept} bytes`)
  }
})

test('nothing is opened that nobody noted, and what is cleared is gone', async () => {
  let opened = 0
  const device = new MemoryDevice()
  const open = async () => {
    opened += 1
    return device.journal('j')
  }
  const journal = new DigestJournal(open, false)
  assert.deepEqual((await journal.read(1)).digests, digest(0))
  await journal.clear()
  await journal.release()
  assert.equal(opened, 0)
  await journal.append(0, digest(1))
  await journal.clear()
  assert.equal(device.journals.size, 0)
})

test('a torn journal that is cleared begins in step', async () => {
  const device = new MemoryDevice()
  device.journals.set('j', new Uint8Array(27).fill(1))
  const journal = reopened(device)
  await journal.read(3)
  await journal.clear()
  await journal.append(1, digest(8))
  await journal.append(2, digest(9))
  const { digests } = await reopened(device).read(3)
  assert.deepEqual(digests, Uint8Array.from([...digest(0), ...digest(8), ...digest(9)]))
})

test('a torn journal stays in step, whichever of the records after it fails to be written', async () => {
  for (let failing = 0; failing < 4; failing += 1) {
    const device = new MemoryDevice()
    device.journals.set('j', new Uint8Array(7).fill(1))
    let writes = 0
    const journal = new DigestJournal(async () => {
      const port = device.journal('j')
      return {
        ...port,
        async append(bytes) {
          writes += 1
          if (writes === failing + 1) throw new Error('the disk is full')
          await port.append(bytes)
        },
      }
    }, true)
    await journal.read(3)
    // Two at once, and one after them.
    const outcomes = await Promise.allSettled([journal.append(0, digest(7)), journal.append(1, digest(8))])
    outcomes.push(...(await Promise.allSettled([journal.append(2, digest(9))])))
    const noted = outcomes.map(({ status }, index) =>
      status === 'fulfilled' ? digest(7 + index) : digest(0),
    )
    const { digests, verified } = await reopened(device).read(3)
    assert.deepEqual(digests, Uint8Array.from(noted.flatMap(each => [...each])), `write ${failing} failed`)
    assert.equal(verified, false)
  }
})

test('a journal that could not be opened is opened again', async () => {
  const device = new MemoryDevice()
  let isFull = true
  const journal = new DigestJournal(async () => {
    if (isFull) throw new Error('no more open files')
    return device.journal('j')
  }, false)
  await assert.rejects(journal.append(0, digest(1)))
  isFull = false
  await journal.append(0, digest(1))
  assert.deepEqual((await reopened(device).read(1)).digests, digest(1))
})
