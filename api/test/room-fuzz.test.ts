import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RoomStore } from '../src/room/ports.ts'
import { createMemoryRoomStore } from '../src/store/memory-room-store.ts'
import { openRoomStore } from '../src/store/sqlite-room-store.ts'
import { RoomFuzz } from './support/room-fuzz.ts'
import { check } from './support/room-fuzz-checks.ts'

/*
 * `SEED=n` runs one seed again: the operations are the same, but keys and the threads of cryptography are not, so a rare
 * order may need a few runs. `SLOW=1` runs twenty times as many.
 */
const only = process.env['SEED']
const COUNT = process.env['SLOW'] === undefined ? 200 : 4_000
const TURNS = 14

/** Runs side by side: while one waits for cryptography in other threads, another goes on. */
const LANES = 4

async function runSeed(seed: number): Promise<void> {
  const directory = seed % 4 === 0 ? mkdtempSync(join(tmpdir(), 'room-fuzz-')) : undefined
  const store: RoomStore =
    directory === undefined ? createMemoryRoomStore() : openRoomStore({ directory, sync: 'normal' })
  const fuzz = await RoomFuzz.create(seed, store)
  try {
    await fuzz.run(TURNS)
    await check(fuzz)
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error)
    throw new assert.AssertionError({
      message: `SEED=${seed}: ${summary}\n${fuzz.history.join('; ')}\n${fuzz.describe()}`,
    })
  } finally {
    await store.close()
    if (directory !== undefined) rmSync(directory, { recursive: true })
  }
}

if (only !== undefined) {
  test(`seed ${only}`, () => runSeed(Number(only)))
} else {
  test(`${COUNT} seeds: whatever breaks, everyone hears everything once, in order, and nobody is lost`, async () => {
    let seed = 0
    const lane = async () => {
      while (seed < COUNT) await runSeed(++seed)
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  })
}
