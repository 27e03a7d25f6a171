import type { RoomClient } from '@chat-room/client'
import { createCore, enter } from '../clients/core.ts'
import { ToldProcess } from '../processes/told-process.ts'
import { spread } from '../results/statistics.ts'
import { mebibytes, range } from '../results/table.ts'
import type { Workload } from '../workload.ts'

const MESSAGES = { quick: 500, usual: 5_000, full: 5_000 } as const
const READER = new URL('../clients/missing-reader.ts', import.meta.url)

/** From the network's return to the last missed message, opened and verified. */
export const catchUp: Workload = {
  name: 'catch-up',
  about: 'messages that were missed, until the last one is verified in the terminal client',
  async *run({ servers, scale, rounds }) {
    await using stack = new AsyncDisposableStack()
    const server = stack.use(await servers.start('chat-room', { cores: 'all' }))
    const { caPath, directory } = servers
    const writer = createCore({ url: server.url, caPath, room: 'main', directory })
    stack.defer(() => writer.stop())
    await enter(writer, 'Writer')
    const reader = stack.use(await ToldProcess.start(READER, [server.url.href, caPath, directory], 'all'))

    const count = MESSAGES[scale]
    const turn = async (round: number) => {
      await reader.ask('away')
      await say(writer, count, round)
      const used = [server, reader].map(each => each.watch())
      const seconds = Number(await reader.ask(`back ${count} ${round}`))
      const [ofServer, ofReader] = used.map(usage => usage())
      return { seconds, server: ofServer?.cpu ?? Number.NaN, reader: ofReader ?? { cpu: 0, peak: 0 } }
    }
    // The first turn does not count: until then much of what runs is not compiled.
    await turn(0)
    const turns: Awaited<ReturnType<typeof turn>>[] = []
    for (let round = 1; round <= rounds; round++) turns.push(await turn(round))
    const measured = spread(turns.map(({ seconds }) => seconds))
    yield {
      title: `Catch-up of ${count} missed messages`,
      columns: ['', 'median (min–max)'],
      rows: [
        ['until the last one is verified, s', range(measured)],
        ['client, CPU s', range(spread(turns.map(each => each.reader.cpu)))],
        ['client, resident MiB at most', mebibytes(spread(turns.map(each => each.reader.peak)).max)],
        ['server, CPU s', range(spread(turns.map(each => each.server)))],
      ],
      note: 'The client is a process of its own. Nothing is pinned: it shares the machine with the server.',
      findings: [{ target: 'catch-up', measured, ...(scale === 'quick' && { at: `${count} messages` }) }],
    }
  },
}

/** As many at a time as somebody might have in their outbox. */
const AT_ONCE = 100

async function say(writer: RoomClient, count: number, round: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    writer.submit(`message ${number} of round ${round}`)
    if (number % AT_ONCE === AT_ONCE - 1) await writer.settled()
  }
  await writer.settled()
}
