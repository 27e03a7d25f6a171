import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDevice } from '../../../test/support/memory-device.ts'
import { VirtualClock } from '../../../test/support/virtual-clock.ts'
import type { ClientEvent, HistoryEntry, KeptEvent } from '../events.ts'
import type { HistoryStore } from '../ports.ts'
import { History } from './history.ts'
import { saidAgain } from './kept-events.ts'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const newKey = () =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

async function opening(room = 'https://room.test/main') {
  const device = new MemoryDevice({ stays: true })
  const memory = device.memory()
  const store = await memory.openHistory(room)
  const key = await newKey()
  const calls: string[] = []
  const counted: HistoryStore = {
    ...store,
    page: (before, count) => {
      calls.push(`page ${before} ${count}`)
      return store.page(before, count)
    },
    find: ids => {
      calls.push(`find ${ids.length}`)
      return store.find(ids)
    },
    put: records => {
      calls.push(`put ${records.length}`)
      return store.put(records)
    },
  }
  const failures: unknown[] = []
  const open = (
    changes: Partial<{ room: string; key: Awaited<ReturnType<typeof newKey>>; store: HistoryStore }> = {},
  ) =>
    History.open({
      store: counted,
      key,
      room,
      clock: new VirtualClock(),
      random,
      failed: error => failures.push(error),
      ...changes,
    })
  return { device, calls, failures, open }
}

const message = (n: number, more: Partial<Extract<ClientEvent, { type: 'message' }>> = {}): KeptEvent => ({
  type: 'message',
  id: `id ${n}`,
  from: 'bob',
  to: 'all',
  text: `text ${n}`,
  seq: n,
  at: n,
  ...more,
})

const said = (n: number): KeptEvent => ({ type: 'said', id: `own ${n}`, to: 'all', text: `own ${n}`, at: n })

const now = async () => undefined

test('what is told in one go is put in one go, and comes back in its order', async () => {
  const { calls, open } = await opening()
  const history = await open()
  for (let n = 0; n < 500; n++) history.keep(message(n), now)
  await history.flushed()
  assert.deepEqual(
    calls.filter(call => call.startsWith('put')),
    ['put 500'],
  )
  const again = await open()
  assert.equal(again.newest.more, true)
  assert.deepEqual(
    again.newest.entries.map(({ place }) => place),
    Array.from({ length: 200 }, (_, n) => 300 + n),
  )
  const page = await again.page(300, 400)
  assert.equal(page.isAll, true)
  assert.equal(page.entries.length, 300)
  assert.deepEqual(page.entries[7]?.event, { ...message(7), place: 7 })
})

test('a long history opens by its newest page alone', async () => {
  const { calls, open } = await opening()
  const history = await open()
  for (let n = 0; n < 5_000; n++) history.keep(message(n), now)
  await history.flushed()
  calls.length = 0
  await open()
  assert.deepEqual(calls, ['page undefined 200'])
})

test('what an earlier process told is not told twice, and an id hides nothing else', async () => {
  const { open } = await opening()
  const history = await open()
  history.keep(message(1), now)
  history.keep(said(2), now)
  await history.flushed()
  const again = await open()
  await again.look(['id 1', 'own 2', 'id 3'])
  assert.equal(again.keep(message(1), now), undefined)
  assert.equal(again.keep(said(2), now), undefined)
  // An own message comes back from the log as one of the own alias.
  assert.equal(
    again.keep(message(2, { id: 'own 2', from: 'alice', text: 'own 2', own: true }), now),
    undefined,
  )
  assert.ok(again.keep(message(3), now))
  assert.ok(again.keep(message(1, { text: 'another under the same id' }), now))
  // The same words are said by others, and by the same person once more.
  assert.ok(again.keep(message(4, { id: 'own 2', text: 'own 2' }), now))
  assert.ok(again.keep(message(5, { id: 'id 1', text: 'text 1' }), now))
  await again.flushed()
  const { entries } = await again.page(100, 100)
  assert.deepEqual(
    entries.map(({ place, event }) => [place, 'text' in event && event.text]),
    [
      [0, 'text 1'],
      [1, 'own 2'],
      [2, 'text 3'],
      [3, 'another under the same id'],
      [4, 'own 2'],
      [5, 'text 1'],
    ],
  )
})

test('what failed and was said again is shown to no later process, and nothing else goes', async () => {
  const { open } = await opening()
  const history = await open()
  for (const n of [1, 2, 3]) history.keep(said(n), now)
  for (const id of ['own 1', 'own 2']) history.keep({ type: 'undelivered', id, to: 'bob' }, now)
  await history.flushed()
  history.change('own 1', saidAgain)
  history.change('own 3', saidAgain)
  await history.flushed()
  const left = (entries: readonly HistoryEntry[]) => entries.map(({ event }) => 'text' in event && event.text)
  const again = await open()
  assert.deepEqual(left(again.newest.entries), ['own 2', 'own 3'])
  assert.deepEqual(left((await again.page(100, 100)).entries), ['own 2', 'own 3'])
})

test('what became of it is kept with it, whether it was put or not', async () => {
  const { open } = await opening()
  const history = await open()
  for (const n of [1, 2, 3]) history.keep({ ...said(n), to: 'bob' } as KeptEvent, now)
  history.keep({ type: 'sent', id: 'own 1', seq: 1, at: 5 }, now)
  await history.flushed()
  history.keep({ type: 'undelivered', id: 'own 2', to: 'bob' }, now)
  history.keep({ type: 'receipt', from: 'bob', ids: ['own 1', 'id 9'] }, now)
  history.keep({ type: 'receipt', from: 'bob', ids: ['own 1'] }, now)
  // It was not said to her.
  history.keep({ type: 'receipt', from: 'carol', ids: ['own 3'] }, now)
  history.keep(
    { type: 'file-said', transfer: 't1', to: 'all', name: 'a', size: 1, at: 3, preview: Uint8Array.of(7) },
    now,
  )
  history.keep({ type: 'file-delivered', transfer: 't1', to: 'carol' }, now)
  history.keep({ type: 'file-offered', transfer: 't2', from: 'bob', to: 'all', name: 'b', size: 1 }, now)
  await history.flushed()
  history.keep({ type: 'file-received', transfer: 't2', name: 'b2', path: '/b2', size: 1, sha256: '' }, now)
  await history.flushed()
  const { entries } = (await open()).newest
  assert.deepEqual(
    entries.map(({ state, receipts, outcome }) => [state, receipts, outcome]),
    [
      ['sent', ['bob'], undefined],
      ['failed', undefined, undefined],
      [undefined, undefined, undefined],
      [undefined, ['carol'], undefined],
      [undefined, undefined, { name: 'b2', path: '/b2' }],
    ],
  )
  assert.deepEqual(entries[0]?.stored, { seq: 1, at: 5 })
  const file = entries[3]?.event
  assert.deepEqual(file?.type === 'file-said' && file.preview, Uint8Array.of(7))
})

test('what is said here is put once it lasts, and all else does not wait for it', async () => {
  const { device, open } = await opening()
  const history = await open()
  const lasting = Promise.withResolvers<void>()
  history.keep(said(1), () => lasting.promise)
  history.keep(message(2), now)
  await history.flushed()
  assert.deepEqual([...device.history.keys()], [1])
  lasting.resolve()
  await new Promise(resolve => setImmediate(resolve))
  await history.flushed()
  assert.deepEqual([...device.history.keys()].sort(), [0, 1])
})

test('a record opens in its place alone: not in another, not under another id, room or key, nor damaged', async () => {
  const { device, open } = await opening()
  const history = await open()
  for (const n of [1, 2, 3, 4]) history.keep(message(n), now)
  await history.flushed()
  const [first, second, third, fourth] = [...device.history.values()]
  assert.ok(first && second && third && fourth)
  device.history.set(0, { ...second, place: 0 })
  device.history.set(1, { ...first, id: first.id, place: 1 })
  device.history.set(2, { ...third, id: 'another' })
  device.history.set(3, { ...fourth, sealed: fourth.sealed.with(20, (fourth.sealed[20] ?? 0) ^ 1) })
  assert.deepEqual((await open()).newest.entries, [])
  device.history.clear()
  device.history.set(0, first)
  assert.equal((await open()).newest.entries.length, 1)
  assert.equal((await open({ room: 'https://room.test/other' })).newest.entries.length, 0)
  assert.equal((await open({ key: await newKey() })).newest.entries.length, 0)
})

test('a device keeps 100 000 entries: the oldest go', async () => {
  const { device, open } = await opening()
  const record = { place: 100_998, id: 'far', sealed: new Uint8Array(0) }
  device.history.set(record.place, record)
  device.history.set(-5, { ...record, place: -5, id: 'first' })
  device.history.set(1_000, { ...record, place: 1_000, id: 'old' })
  device.history.set(1_001, { ...record, place: 1_001, id: 'young' })
  const history = await open()
  history.keep(message(1), now)
  history.keep(message(2), now)
  await history.flushed()
  assert.deepEqual(
    [...device.history.keys()].sort((a, b) => a - b),
    [1_001, 100_998, 100_999, 101_000],
  )
  assert.equal((await history.page(1_002, 10)).isFull, true)
})

test('what cannot be written is told, and nothing waits for it for ever', async () => {
  const { failures, open } = await opening()
  const full = new Error('the disk is full')
  const device = new MemoryDevice()
  const store = await device.memory().openHistory('')
  const history = await open({ store: { ...store, put: () => Promise.reject(full) } })
  history.keep(message(1), now)
  await assert.rejects(history.flushed(), full)
  assert.deepEqual(failures, [full])
})
