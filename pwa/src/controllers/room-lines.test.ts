import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomClient } from '@chat-room/client'
import { parseLine } from '@chat-room/protocol'
import { fileLine, literally, submitTo } from './room-lines.ts'

/** Aims as the real client does: at whoever is here, and at nobody else. */
function room(here: readonly string[], alias = 'all') {
  const submitted: string[] = []
  const target = (to: string) =>
    to === 'all' ? { to: 'all' as const } : { to: 'member' as const, member: to, alias: to }
  const client = {
    target: target(alias),
    submit(line: string) {
      submitted.push(line)
      const to = /^:Dm (.*)$/.exec(line)?.[1]
      if (to !== undefined && (to === 'all' || here.includes(to))) client.target = target(to)
    },
  }
  return { client: client as unknown as RoomClient, submitted }
}

test('a line goes to whom it is for, and the target is as it was', () => {
  const { client, submitted } = room(['Ben'])
  assert.equal(submitTo(client, 'Ben', 'x'), true)
  assert.deepEqual(submitted, [':Dm Ben', 'x', ':Dm all'])
  assert.equal(client.target.to, 'all')
})

test('to whom one is writing anyway, nothing changes', () => {
  const { client, submitted } = room(['Ben'], 'Ben')
  submitTo(client, 'Ben', 'x')
  assert.deepEqual(submitted, ['x'])
})

test('M11: for somebody who left it is said to nobody, not to everyone', () => {
  const { client, submitted } = room([])
  assert.equal(submitTo(client, 'Ben', 'x'), false)
  assert.deepEqual(submitted, [':Dm Ben'])
})

test('M7: what was a message is one again', () => {
  for (const text of [':Exit', '::', 'plain']) {
    assert.deepEqual(parseLine(literally(text)), { kind: 'message', text })
  }
})

test('M9: a path stays one path, whatever is in it', () => {
  for (const path of ['a.txt', 'two words.txt', '"quoted".txt', "it's", 'a "b" c']) {
    assert.deepEqual(parseLine(fileLine(path)), { kind: 'command', command: { name: 'file', paths: [path] } })
  }
})
