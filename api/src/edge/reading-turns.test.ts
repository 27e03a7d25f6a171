import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connectSegmentPair, type SegmentPair } from '../../test/segment-pair.ts'
import { clientFrame, textFrame } from '../../test/support/client-frames.ts'
import { OPCODE } from './frame-header.ts'

/** Frames of one client in one turn of the event loop. */
const AT_ONCE = 64

/** Writes past the library. */
const raw = ({ client }: SegmentPair, ...frames: Buffer[]): void => {
  ;(client as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.concat(frames))
}

const ping = clientFrame({ opcode: OPCODE.ping, payload: new Uint8Array() })
const emptyFragments = Array.from({ length: 60 }, (_, at) =>
  clientFrame({
    opcode: at === 0 ? OPCODE.text : OPCODE.continuation,
    payload: new Uint8Array(),
    fin: at === 59,
  }),
)
const floods: readonly (readonly [string, readonly Buffer[]])[] = [
  ['pings', Array.from({ length: 2_000 }, () => ping)],
  ['words', Array.from({ length: 2_000 }, () => textFrame('word'))],
  ['fragments of nothing', Array.from({ length: 30 }, () => emptyFragments).flat()],
]
for (const [what, flood] of floods)
  test(`M6: ${what} by the thousand in one chunk are heard in turns with everybody else`, async () => {
    let [thisTurn, most] = [0, 0]
    const all = Promise.withResolvers<void>()
    const hear = () => {
      most = Math.max(most, ++thisTurn)
    }
    await using pair = await connectSegmentPair({
      heard: hear,
      text(text) {
        hear()
        if (text === 'the end') all.resolve()
      },
    })
    raw(pair, ...flood, textFrame('the end'))
    let turns = 0
    let over = false
    void all.promise.then(() => {
      over = true
    })
    for (; !over; turns++) {
      await nextTurn()
      thisTurn = 0
    }
    // Each is counted twice at most: as a sign of life, and as a word.
    assert.ok(most <= 2 * AT_ONCE, `${most} in one turn`)
    assert.ok(turns >= Math.floor(flood.length / AT_ONCE), `${flood.length} in ${turns} turns`)
  })

test('an owner that has enough hears nothing more of the same chunk until it resumes, and then all of it', async () => {
  const heard: string[] = []
  const end = Promise.withResolvers<void>()
  await using pair = await connectSegmentPair({
    text(text) {
      heard.push(text)
      if (text === '2') pair.end.pause()
      if (text === '5') end.resolve()
    },
  })
  const words = ['1', '2', '3', '4', '5']
  raw(pair, ...words.map(textFrame))
  while (heard.length < 2) await nextTurn()
  for (let turn = 0; turn < 10; turn++) await nextTurn()
  assert.deepEqual(heard, ['1', '2'])
  pair.end.resume()
  assert.deepEqual(heard, ['1', '2'], 'not within the call')
  await end.promise
  assert.deepEqual(heard, words)
})

test('what is left of a chunk is dropped with its connection', async () => {
  const heard: string[] = []
  await using pair = await connectSegmentPair({
    text(text) {
      heard.push(text)
      pair.end.pause()
    },
  })
  raw(pair, textFrame('1'), textFrame('2'))
  while (heard.length < 1) await nextTurn()
  const gone = once(pair.socket, 'close')
  pair.socket.destroy()
  await gone
  pair.end.resume()
  for (let turn = 0; turn < 3; turn++) await nextTurn()
  assert.deepEqual(heard, ['1'])
})
