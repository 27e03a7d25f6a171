import { createInterface } from 'node:readline'
import type { RoomClient } from '@chat-room/client'
import { createCore, enter } from './core.ts'
import { Outage } from './outage.ts'

/*
 * A program: a member whose network can be taken away. Told `away`, it is cut off and says so; told `back COUNT ROUND`, it is
 * given its network back and says how many seconds it took to verify all that it missed.
 */
const [url = '', caPath = '', directory = ''] = process.argv.slice(2)
const outage = new Outage()
const reader = createCore({ url: new URL(url), caPath, room: 'main', directory, through: outage.through })
process.removeAllListeners('warning')

/** All of them, once and in their order. */
function heard(core: RoomClient, count: number, round: string): Promise<void> {
  let next = 0
  return new Promise((resolve, reject) => {
    const stop = core.subscribe(event => {
      if (event.type === 'error' || event.type === 'gap') reject(new Error(JSON.stringify(event)))
      if (event.type !== 'message') return
      if (event.text !== `message ${next} of round ${round}`) reject(new Error(`out of order: ${event.text}`))
      if (++next < count) return
      stop()
      resolve()
    })
  })
}

await enter(reader, 'Reader')
process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  const [what, count = '', round = ''] = line.split(' ')
  if (what === 'away') {
    outage.begin()
    process.stdout.write('away\n')
    continue
  }
  const all = heard(reader, Number(count), round)
  const begun = performance.now()
  outage.end()
  await all
  process.stdout.write(`${(performance.now() - begun) / 1000}\n`)
}
