import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryRoomStore } from '/work/main/api/src/store/memory-room-store.ts'
import { openRoomStore } from '/work/main/api/src/store/sqlite-room-store.ts'
import { RoomFuzz } from '/work/main/api/test/support/room-fuzz.ts'
import { check } from '/work/main/api/test/support/room-fuzz-checks.ts'
process.on('unhandledRejection', e => console.log('UNHANDLED', e))
const [from, to] = process.argv.slice(2).map(Number)
const t0 = Date.now(); let bad = 0, said = 0
for (let seed = from!; seed <= to!; seed++) {
  const directory = seed % 2 === 0 ? mkdtempSync(join(tmpdir(), 'room-fuzz-')) : undefined
  const store = directory === undefined ? createMemoryRoomStore() : openRoomStore({ directory, sync: 'normal' })
  const fuzz = await RoomFuzz.create(seed, store)
  const t = Date.now()
  try { await fuzz.run(40); await check(fuzz) } catch (e) { bad++; console.log('SEED', seed, e instanceof Error ? e.message.slice(0, 600) : e, '\n', fuzz.history.join('; '), '\n', fuzz.describe(), process.env.EV ? fuzz.processes().map(p => '\n' + p.person.name + ' ' + p.fate + ' ' + p.client.events.map(e => e.type === 'message' ? 'm' + e.seq + (e.history ? 'h' : '') + '<' + e.text + '>' : e.type === 'sent' ? 's' + e.seq : e.type === 'gap' ? 'GAP' + e.missed : e.type === 'connection' ? e.state : e.type.startsWith('member') ? e.type.slice(7) + ':' + (e as any).alias : e.type === 'error' ? 'ERR ' + e.code : e.type).join(' ')).join('') : '') }
  said += fuzz.said.length
  if (Date.now() - t > 1500) console.log('slow', seed, Date.now() - t)
  await store.close(); if (directory) rmSync(directory, { recursive: true })
}
console.log('done', to! - from! + 1, 'seeds', bad, 'bad', Date.now() - t0, 'ms', said, 'said')
