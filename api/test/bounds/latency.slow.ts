import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWorkerStretch } from '../../src/terminal/stretch.ts'
import { LightClient } from '../scenarios/rig/light-client.ts'
import { PASSWORD, Room } from '../scenarios/rig/room.ts'
import { writeSomeFile } from '../scenarios/rig/some-file.ts'

const MIB = 1_024 * 1_024
const ROUNDS = 3
const WORDS = 300
/**
 * What sharing the processors costs, in milliseconds. Behind the window of a transfer, 4 MiB on one socket, a word would
 * wait longer than that.
 */
const SLACK = 15

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

test('M7, M9: a transfer that takes all the network can carry does not hold words up', async t => {
  await using room = await Room.start()
  const [sender, receiver] = await room.members('sender', 'receiver')
  await writeSomeFile(join(sender.directory, 'large.bin'), 256 * MIB, 1)
  const ca = await readFile(join(room.certsDirectory, 'ca.crt'), 'utf8')
  const client = (name: string) =>
    new LightClient(name, { url: room.url, ca }, 'main', { stretch: createWorkerStretch() })
  await using author = client('author')
  await using reader = client('reader')
  for (const each of [author, reader]) await each.enter(PASSWORD)

  let said = 0
  const word = async (): Promise<number> => {
    const text = `word ${said++}`
    const began = performance.now()
    author.core.submit(text)
    await reader.event('message', message => message.text === text)
    return performance.now() - began
  }
  const idle: number[] = []
  const busy: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < WORDS; at++) idle.push(await word())
    let moves = true
    sender.type(':File large.bin')
    await receiver.event({ type: 'file-progress' })
    const received = receiver.event({ type: 'file-received' }).finally(() => {
      moves = false
    })
    while (moves) busy.push(await word())
    await received
  }
  const [before, during] = [median(idle), median(busy)]
  const ratio = (during / before).toFixed(2)
  t.diagnostic(
    `p50 ${before.toFixed(2)} ms idle (${idle.length}), ${during.toFixed(2)} ms beside a file (${busy.length}): ${ratio}`,
  )
  assert.ok(during < 2 * before + SLACK, `${ratio} times as long`)
})
