import { createMemoryRoomStore } from '../src/store/memory-room-store.ts'
import { RoomFuzz } from './support/room-fuzz.ts'
import { check } from './support/room-fuzz-checks.ts'
const seed = Number(process.argv[2])
for (let i = 0; i < 15; i++) {
const fuzz = await RoomFuzz.create(seed, createMemoryRoomStore())
const orig = fuzz.world.tick.bind(fuzz.world)
fuzz.world.tick = async () => { const t = fuzz.world.clock.now(); await orig(); console.log('tick at', t, 'pairs', fuzz.world.pairs.length, 'here', fuzz.world.room.membersHere) }
try { await fuzz.run(40); await check(fuzz); console.log('ok') } catch (e) { console.log(String(e).slice(0, 300), fuzz.world.errors, await fuzz.world.store.readRoom('main').then(r => JSON.stringify(r?.members)), fuzz.world.clock.now());
 for (const p of fuzz.world.pairs) console.log('PAIR', p.open, p.pending)
 for (const p of fuzz.processes()) console.log(p.person.name, p.fate, p.client.pair?.open, p.client.pair?.pending)
 break }
}
