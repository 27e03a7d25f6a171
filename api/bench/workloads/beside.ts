import { talkAtRate } from '../clients/conversation.ts'
import { Crowd } from '../clients/crowd.ts'
import { roomTalk } from '../clients/talk.ts'
import { ToldProcess } from '../processes/told-process.ts'
import { percentile, type Spread, spread } from '../results/statistics.ts'
import { figure, range } from '../results/table.ts'
import type { Workload } from '../workload.ts'

const TRANSFER = new URL('../clients/endless-transfer.ts', import.meta.url)
const MEMBERS = 10
/** Little enough that the talk itself is no load: fifty messages a second. */
const DELIVERIES_PER_SECOND = 500

/** What a person who types feels of somebody else's file. */
export const beside: Workload = {
  name: 'beside',
  about: 'chat while a file takes all that the relay can do',
  async *run({ servers, rounds, seconds }) {
    await using stack = new AsyncDisposableStack()
    const server = stack.use(await servers.start('chat-room'))
    const address = { url: server.url, ca: servers.ca }
    const crowd = new Crowd(roomTalk, await roomTalk.fill(address, 'chat', MEMBERS))
    const transfer = stack.use(await ToldProcess.start(TRANSFER, [server.url.href, servers.caPath], 'load'))

    const talk = async () => (await talkAtRate(crowd, seconds, DELIVERIES_PER_SECOND)).latencies ?? []
    const rates: number[] = []
    const talkBeside = async () => {
      transfer.tell('start')
      const latencies = await talk()
      rates.push(Number(await transfer.ask('stop')))
      return latencies
    }
    await talk()
    await talkBeside()
    rates.length = 0
    const turns: Turn[] = []
    for (let round = 0; round < rounds; round++) {
      const [first, second] = round % 2 === 0 ? [talk, talkBeside] : [talkBeside, talk]
      const latencies = [await first(), await second()] as const
      const [idle, busy] = round % 2 === 0 ? latencies : [latencies[1], latencies[0]]
      turns.push({ idle, busy })
    }
    yield {
      title: `Chat of ${MEMBERS} while a file is relayed at ${range(spread(rates))} MB/s`,
      columns: ['', 'idle', 'beside the file', 'ratio'],
      rows: [
        ['p50 ms', ...compare(turns, 50)],
        ['p99 ms', ...compare(turns, 99)],
      ],
      findings: [{ target: 'beside', measured: ratioOf(turns, 50) }],
      note: 'Of single deliveries, from when the message was due. The server has one core; talk and file share the others.',
    }
  },
}

type Turn = { readonly idle: readonly number[]; readonly busy: readonly number[] }

const ratioOf = (turns: readonly Turn[], percent: number): Spread =>
  spread(turns.map(({ idle, busy }) => percentile(busy, percent) / percentile(idle, percent)))

function compare(turns: readonly Turn[], percent: number): readonly string[] {
  const median = (latencies: readonly (readonly number[])[]) =>
    figure(spread(latencies.map(each => percentile(each, percent))).median)
  return [
    median(turns.map(({ idle }) => idle)),
    median(turns.map(({ busy }) => busy)),
    range(ratioOf(turns, percent)),
  ]
}
