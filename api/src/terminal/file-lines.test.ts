import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientEvent, TransferView } from '@chat-room/client'
import { type FileEvent, folderLines } from './file-lines.ts'
import { humanLines } from './human-lines.ts'
import type { Sheet } from './sheet.ts'

const same = (text: string) => text

const FILE: TransferView = {
  number: 3,
  transfer: 't',
  direction: 'in',
  with: 'bob',
  name: 'video.mp4',
  size: 2 ** 30,
  done: 2 ** 29,
  state: 'running',
}

const sheet: Sheet = {
  style: { dim: same, trouble: same, bold: same, direct: same, alias: (_, text) => text },
  columns: undefined,
  now: 0,
  self: 'alice',
  transferOf: () => FILE,
}

const lineOf = (event: ClientEvent) => humanLines(event, sheet).join('\n')

test('what happens to a file is told in plain words, with how to go on', () => {
  const size = 2 ** 30
  const offered = {
    type: 'file-offered',
    transfer: 't',
    from: 'bob',
    to: 'all',
    name: 'video.mp4',
    size,
  } as const
  for (const [event, line] of [
    [offered, 'bob sent: video.mp4 (1.0 GiB) [3]'],
    [{ ...offered, folder: 'trip/day 1' }, 'bob sent: trip/day 1/video.mp4 (1.0 GiB) [3]'],
    [
      { ...offered, to: 'you', history: true },
      'bob sent to you alone earlier: video.mp4 (1.0 GiB) [3] (:Accept 3 fetches it)',
    ],
    [
      { type: 'file-resumed', transfer: 't', direction: 'in', name: 'video.mp4', received: size / 2, size },
      'Going on with video.mp4: 512 MiB of 1.0 GiB are there already.',
    ],
    [
      { type: 'file-interrupted', transfer: 't', name: 'video.mp4', size },
      'Not sent to its end: video.mp4 [3]. The same :File again, or :Continue 3, goes on with it.',
    ],
    [
      { type: 'file-waiting', transfer: 't', for: 'slower-receivers' },
      'video.mp4 waits for slower receivers, and goes on by itself.',
    ],
    [
      { type: 'file-waiting', transfer: 't', for: 'sender' },
      'video.mp4 waits for its sender, and goes on by itself.',
    ],
    [{ type: 'file-declined', transfer: 't', by: 'bob' }, 'bob does not want video.mp4.'],
    [{ type: 'file-delivered', transfer: 't', to: 'bob' }, 'bob has video.mp4.'],
    [{ type: 'file-ended', transfer: 't', reason: 'withdrawn' }, 'Not transferred: video.mp4: withdrawn'],
  ] as const satisfies readonly (readonly [ClientEvent, string])[]) {
    assert.equal(lineOf(event), line)
  }
})

test(':Files shows number, direction, folder and name, whom, size, share and state in words', () => {
  const shown = (view: Partial<TransferView>) => lineOf({ type: 'files', files: [{ ...FILE, ...view }] })
  const out = { direction: 'out', with: 'all' } as const
  for (const [view, line] of [
    [
      { speed: 2 ** 20, remaining: 61_000 },
      'from bob, 512 MiB of 1.0 GiB, 50%, on its way, 1.0 MiB/s, 1:01 left',
    ],
    [{}, 'from bob, 512 MiB of 1.0 GiB, 50%, on its way'],
    [{ state: 'offered', done: 0 }, 'from bob, 1.0 GiB, 0%, offered (:Accept 3 fetches it)'],
    [{ state: 'checking' }, 'from bob, 512 MiB of 1.0 GiB, 50%, what is there already is being checked'],
    [{ state: 'paused' }, 'from bob, 512 MiB of 1.0 GiB, 50%, paused (:Continue 3 goes on)'],
    [{ state: 'waiting' }, 'from bob, 512 MiB of 1.0 GiB, 50%, waits for its turn'],
    [{ state: 'waiting', waitsFor: 'sender' }, 'from bob, 512 MiB of 1.0 GiB, 50%, waits for its sender'],
    [
      { ...out, state: 'waiting', waitsFor: 'slower-receivers' },
      'to everyone, 512 MiB of 1.0 GiB, 50%, waits for slower receivers',
    ],
    [
      { ...out, state: 'interrupted' },
      'to everyone, 512 MiB of 1.0 GiB, 50%, interrupted (the same :File, or :Continue 3, goes on)',
    ],
    [{ state: 'done', size: 0, done: 0 }, 'from bob, 0 B, 100%, received'],
    [{ ...out, state: 'done', has: ['bob'] }, 'to everyone, 512 MiB of 1.0 GiB, 50%, sent; bob has it'],
    [
      { ...out, has: ['bob', 'carol'], declined: ['dan', 'e\u001bve'] },
      'to everyone, 512 MiB of 1.0 GiB, 50%, on its way; bob, carol have it; not wanted by dan, e␛ve',
    ],
    [{ state: 'ended' }, 'from bob, 512 MiB of 1.0 GiB, 50%, ended'],
  ] as const) {
    assert.equal(shown(view), `3  video.mp4 ${line}`)
  }
  assert.match(shown({ folder: 'a\nb/c' }), /^3 {2}a␊b\/c\/video\.mp4 from/)
})

test('what happens to the files of a folder is told once', () => {
  const size = 2 ** 30
  const told = (event: FileEvent, count = 12) =>
    folderLines({ event, folder: 'trip', count, size, numbers: [3, 4, 5, 9] }, sheet).join('\n')
  const offered = {
    type: 'file-offered',
    transfer: 't',
    from: 'bob',
    to: 'all',
    name: 'video.mp4',
    size,
  } as const
  for (const [event, line] of [
    [offered, 'bob sent: 12 files of trip (1.0 GiB) [3-5, 9]'],
    [
      { ...offered, history: true },
      'bob sent earlier: 12 files of trip (1.0 GiB) [3-5, 9] (:Accept <n> fetches each)',
    ],
    [
      { type: 'file-resumed', transfer: 't', direction: 'in', name: 'x', received: 1, size },
      'Going on with 12 files of trip.',
    ],
    [
      { type: 'file-interrupted', transfer: 't', name: 'x', size },
      'Not sent to their end: 12 files of trip [3-5, 9]. The same :File again, or :Continue <n>, goes on with them.',
    ],
    [
      { type: 'file-waiting', transfer: 't', for: 'sender' },
      '12 files of trip wait for their sender, and go on by themselves.',
    ],
    [
      { type: 'file-received', transfer: 't', name: 'x', path: 'trip2/a/x', size, sha256: '' },
      'Received 12 files of trip: they are kept in trip2.',
    ],
    [{ type: 'file-sent', transfer: 't', to: 'all' }, 'Sent 12 files of trip to everyone.'],
    [{ type: 'file-delivered', transfer: 't', to: 'bob' }, 'bob has 12 files of trip.'],
    [{ type: 'file-declined', transfer: 't', by: 'bob' }, 'bob does not want 12 files of trip.'],
    [
      { type: 'file-ended', transfer: 't', reason: 'withdrawn' },
      'Not transferred: 12 files of trip: withdrawn',
    ],
  ] as const) {
    assert.equal(told(event), line)
  }
  assert.equal(told({ type: 'file-delivered', transfer: 't', to: 'bob' }, 1), 'bob has video.mp4.')
})
