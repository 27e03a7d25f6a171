import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientEvent, RoomClient, TransferView } from '@chat-room/client'
import { resumeInterrupted } from './resuming.ts'

const FILM = { transfer: 'film', name: 'film.mp4', size: 4 }

/** What is submitted once an earlier page's file was told of, as this page finds it. */
async function resumed(view: Partial<TransferView>, isHere: boolean): Promise<readonly string[]> {
  const lines: string[] = []
  const asked: unknown[] = []
  let tell: (event: ClientEvent) => void = () => {}
  const transfers = [
    { number: 7, direction: 'out', with: 'all', done: 0, state: 'interrupted', ...FILM, ...view },
  ]
  const client = {
    transfers,
    submit: (line: string) => lines.push(line),
    subscribe(listener: typeof tell) {
      tell = listener
      return () => {}
    },
  } as unknown as RoomClient
  resumeInterrupted(client, {
    async isAtHand(file) {
      asked.push(file)
      return isHere
    },
  })
  tell({ type: 'file-sent', transfer: FILM.transfer, to: 'all' })
  tell({ type: 'file-interrupted', ...FILM })
  await new Promise(setImmediate)
  if (asked.length > 0) assert.deepEqual(asked, [{ path: 'film.mp4', name: 'film.mp4', size: 4 }])
  return lines
}

test('an own file that an earlier page left goes on by itself where this page may read it', async () => {
  assert.deepEqual(await resumed({ path: 'film.mp4' }, true), [':Continue 7'])
})

test('it waits for its person where it is not at hand, was paused, or nobody knows its path', async () => {
  assert.deepEqual(await resumed({ path: 'film.mp4' }, false), [])
  assert.deepEqual(await resumed({ path: 'film.mp4', state: 'paused' }, true), [])
  assert.deepEqual(await resumed({}, true), [])
})
