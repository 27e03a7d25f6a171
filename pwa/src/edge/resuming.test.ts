import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientEvent, RoomClient, TransferView } from '@chat-room/client'
import { resumeInterrupted } from './resuming.ts'

const FILM = { direction: 'out', with: 'all', name: 'film.mp4', size: 4, done: 0 } as const

type Own = Pick<TransferView, 'number' | 'transfer' | 'state'> & { readonly path?: string }

/** A client with these own files, and what was asked, submitted and let go of once it told this. */
async function told(event: ClientEvent, own: readonly Own[], here: readonly string[] = []) {
  const lines: string[] = []
  const asked: string[] = []
  const letGo: string[] = []
  let tell: (event: ClientEvent) => void = () => {}
  const client = {
    transfers: own.map(each => ({ ...FILM, ...each })),
    submit: (line: string) => lines.push(line),
    subscribe(listener: typeof tell) {
      tell = listener
      return () => {}
    },
  } as unknown as RoomClient
  resumeInterrupted(client, {
    async isAtHand({ path, name, size }) {
      assert.deepEqual([name, size], [FILM.name, FILM.size])
      asked.push(path)
      if (path === 'broken') throw new Error('its disk went')
      return here.includes(path)
    },
    async letGo(path) {
      letGo.push(path)
    },
  })
  tell(event)
  await new Promise(setImmediate)
  return { lines, asked, letGo }
}

const JOINED = { type: 'joined', alias: 'Ann', remembered: true } as const

test('own files that an earlier page left go on by themselves, in order, where this page may read them', async () => {
  const own: readonly Own[] = [
    { number: 7, transfer: 'a', state: 'interrupted', path: 'a' },
    { number: 8, transfer: 'b', state: 'interrupted', path: 'b' },
    { number: 9, transfer: 'broken', state: 'interrupted', path: 'broken' },
    { number: 10, transfer: 'c', state: 'interrupted', path: 'c' },
  ]
  const { lines } = await told(JOINED, own, ['a', 'c'])
  assert.deepEqual(lines, [':Continue 7', ':Continue 10'])
})

test('what was paused waits for its person, and so does what nobody knows the path of', async () => {
  const own: readonly Own[] = [
    { number: 7, transfer: 'a', state: 'paused', path: 'a' },
    { number: 8, transfer: 'b', state: 'interrupted' },
  ]
  assert.deepEqual(await told(JOINED, own, ['a']), { lines: [], asked: [], letGo: [] })
})

test('of what is sent or over nothing is kept, unless it is on its way to somebody else as well', async () => {
  const twice: readonly Own[] = [
    { number: 1, transfer: 'a', state: 'done', path: 'a' },
    { number: 2, transfer: 'b', state: 'waiting', path: 'b' },
    { number: 3, transfer: 'c', state: 'running', path: 'b' },
    // Somebody else's.
    { number: 4, transfer: 'd', state: 'done' },
  ]
  const letGo = async (event: ClientEvent) => (await told(event, twice)).letGo
  assert.deepEqual(await letGo({ type: 'file-sent', transfer: 'a', to: 'all' }), ['a'])
  assert.deepEqual(await letGo({ type: 'file-ended', transfer: 'b', reason: 'withdrawn' }), [])
  assert.deepEqual(await letGo({ type: 'file-ended', transfer: 'd', reason: 'expired' }), [])
  const [, , running] = twice
  const alone = await told(
    { type: 'file-ended', transfer: 'c', reason: 'withdrawn' },
    running ? [running] : [],
  )
  assert.deepEqual(alone.letGo, ['b'])
})
