import { createCore, enter } from '../clients/core.ts'
import { Outage } from '../clients/outage.ts'
import { spread } from '../results/statistics.ts'
import { range } from '../results/table.ts'
import type { Workload } from '../workload.ts'

const MESSAGES = { quick: 500, usual: 5_000, full: 5_000 } as const
const ROUNDS = { quick: 1, usual: 3, full: 5 } as const

/** From the network's return to the last missed message, opened and verified. */
export const catchUp: Workload = {
  name: 'catch-up',
  about: 'messages that were missed, until the last one is verified in the terminal client',
  async *run({ servers, scale }) {
    await using server = await servers.start('chat-room')
    const place = { url: server.url, caPath: servers.caPath, room: 'main', directory: servers.directory }
    const outage = new Outage()
    const writer = createCore(place)
    const reader = createCore({ ...place, through: outage.through })
    await enter(writer, 'Writer')
    await enter(reader, 'Reader')

    const count = MESSAGES[scale]
    const seconds: number[] = []
    const cpu: number[] = []
    for (let round = 0; round < ROUNDS[scale]; round++) {
      outage.begin()
      for (let number = 0; number < count; number++) writer.submit(`message ${number} of round ${round}`)
      await writer.settled()
      const all = heard(reader, count, round)
      const before = { at: performance.now(), cpu: server.cpu }
      outage.end()
      await all
      seconds.push((performance.now() - before.at) / 1000)
      cpu.push((server.cpu - before.cpu) * 1000)
    }
    await Promise.all([writer.stop(), reader.stop()])
    yield {
      title: `Catch-up of ${count} missed messages`,
      columns: ['', 'median (min–max)'],
      rows: [
        ['until the last one is verified, s', range(spread(seconds))],
        ['server CPU, ms', range(spread(cpu))],
      ],
    }
  },
}

/** All of them, once and in their order. */
function heard(reader: ReturnType<typeof createCore>, count: number, round: number): Promise<void> {
  let next = 0
  return new Promise((resolve, reject) => {
    const stop = reader.subscribe(event => {
      if (event.type === 'error' || event.type === 'gap') reject(new Error(JSON.stringify(event)))
      if (event.type !== 'message') return
      if (event.text !== `message ${next} of round ${round}`) reject(new Error(`out of order: ${event.text}`))
      if (++next < count) return
      stop()
      resolve()
    })
  })
}
