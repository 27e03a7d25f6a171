import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LightClient } from '../scenarios/rig/light-client.ts'
import type { Person } from '../scenarios/rig/person.ts'
import { PASSWORD, Room } from '../scenarios/rig/room.ts'
import { writeSomeFile } from '../scenarios/rig/some-file.ts'

const MIB = 1_024 * 1_024
const ROUNDS = 3
const WORDS = 300

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

type Pair = readonly [sender: Person, receiver: Person]

async function pairIn(room: Room): Promise<Pair> {
  const [sender, receiver] = await room.members('sender', 'receiver')
  await writeSomeFile(join(sender.directory, 'large.bin'), 256 * MIB, 1)
  return [sender, receiver]
}

/** What is measured over and over while a file goes from the one to the other. */
async function beside([sender, receiver]: Pair, measure: () => Promise<number>): Promise<readonly number[]> {
  const measured: number[] = []
  let moves = true
  sender.type(':File large.bin')
  await receiver.event({ type: 'file-progress' })
  const received = receiver.event({ type: 'file-received' }).finally(() => {
    moves = false
  })
  while (moves) measured.push(await measure())
  await received
  return measured
}

/*
 * On a machine with few processors everything waits for everything else. What a transfer costs the words of its own room is
 * the difference to the same transfer in a room of another server: as many busy processes, and nothing in common.
 */
test('M7, M9: beside a transfer at full speed a word takes at most twice as long', async t => {
  await using room = await Room.start({ light: true })
  await using elsewhere = await Room.start({ light: true })
  const here = await pairIn(room)
  const unrelated = await pairIn(elsewhere)
  const ca = await readFile(join(room.certsDirectory, 'ca.crt'), 'utf8')
  const client = (name: string) => new LightClient(name, { url: room.url, ca }, 'main')
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
  const quiet: number[] = []
  const idle: number[] = []
  const busy: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < WORDS; at++) quiet.push(await word())
    idle.push(...(await beside(unrelated, word)))
    busy.push(...(await beside(here, word)))
  }
  const told = (values: readonly number[]) => `${median(values).toFixed(2)} ms (${values.length} words)`
  const ratio = median(busy) / median(idle)
  t.diagnostic(
    `p50 ${told(quiet)} on a quiet machine, ${told(idle)} beside another server's file, ${told(busy)} beside its own: ${ratio.toFixed(2)} times as long`,
  )
  assert.ok(ratio <= 2, `${ratio.toFixed(2)} times as long`)
})
