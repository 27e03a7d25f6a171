import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RoomStore } from '../../src/room/ports.ts'
import { createMemoryRoomStore } from '../../src/store/memory-room-store.ts'
import { openRoomStore } from '../../src/store/sqlite-room-store.ts'
import { RoomFuzz } from './room-fuzz.ts'
import { check } from './room-fuzz-checks.ts'

const TURNS = 14

/** Runs side by side: while one waits for cryptography in other threads, another goes on. */
const LANES = 4

/**
 * Plays so many seeds, the first of them and those that follow it; what fails names its own. Played again its operations
 * are the same, but keys and the threads of cryptography are not, so a rare order may need a few runs.
 */
export async function fuzzRooms(first: number, count: number): Promise<void> {
  let next = first
  const lane = async () => {
    while (next < first + count) await play(next++)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

async function play(seed: number): Promise<void> {
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
