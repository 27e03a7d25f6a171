import type { RawSocket } from '../clients/raw-socket.ts'
import { relayFile } from '../clients/relayed-file.ts'
import { joinRoom } from '../clients/room-member.ts'
import { spread } from '../results/statistics.ts'
import { mebibytes, range } from '../results/table.ts'
import type { Workload } from '../workload.ts'

const MEBIBYTES = { quick: 8, usual: 128, full: 1_024 } as const
const RECEIVERS = 5
const BYTES_PER_SECOND = 1e6
const MIB = 1024 * 1024

/** What one receiver that reads slowly costs the others, and the server's memory. */
export const slowReceiver: Workload = {
  name: 'slow',
  about: 'one of five receivers reads 1 MB/s',
  async *run({ servers, scale, rounds }) {
    await using server = await servers.start('chat-room')
    const size = MEBIBYTES[scale]
    const members = await joinRoom({ url: server.url, ca: servers.ca }, 'files', RECEIVERS + 1)
    const [sender, slow, ...others] = await Promise.all(members.map(({ member }) => member.openSegments()))
    if (sender === undefined || slow === undefined) throw new Error('there are six members')

    const turn = async (slowed: boolean) => {
      const throttled = slowed ? throttle(slow, BYTES_PER_SECOND) : undefined
      const { arrivals, over } = await relayFile(sender, [slow, ...others], size)
      // It may fail before the others have all.
      over.catch(() => {})
      const slowest = Math.max(...(await Promise.all(arrivals.slice(1))))
      const slowRate = (throttled?.release() ?? Number.NaN) / 1e6 / slowest
      await over
      return { rate: (size * MIB) / 1e6 / slowest, slowRate }
    }
    const base = server.resident
    await turn(false)
    const without: number[] = []
    const beside: number[] = []
    const ratios: number[] = []
    const slowRates: number[] = []
    const grown: number[] = []
    for (let round = 0; round < Math.min(rounds, 5); round++) {
      const alone = (await turn(false)).rate
      server.forgetPeak()
      const { rate, slowRate } = await turn(true)
      without.push(alone)
      beside.push(rate)
      ratios.push(rate / alone)
      slowRates.push(slowRate)
      grown.push(server.peak - base)
    }
    const at = scale === 'full' ? {} : { at: `${size} MiB` }
    yield {
      title: `${size} MiB to ${RECEIVERS} receivers, one of which reads 1 MB/s`,
      columns: ['', 'median (min–max)'],
      rows: [
        ['the others without it, MB/s each', range(spread(without))],
        ['the others beside it, MB/s each', range(spread(beside))],
        ['ratio', range(spread(ratios))],
        ['the slow one meanwhile, MB/s', range(spread(slowRates))],
        ['resident MiB over base at most', mebibytes(spread(grown).max)],
      ],
      note: 'When the others have the file, the slow one may read as it likes, and has to complete it.',
      findings: [
        { target: 'slow, others', measured: spread(ratios), ...at },
        { target: 'slow, memory', measured: spread([Math.max(...grown) / 1e6]), ...at },
      ],
    }
  },
}

type Throttled = {
  /** It may read as it likes again; the bytes that it has read. */
  release(): number
}

/** Reads on only as the time allows. */
function throttle({ tls }: RawSocket, bytesPerSecond: number): Throttled {
  const begun = performance.now()
  let read = 0
  let timer: NodeJS.Timeout | undefined
  const slowDown = (chunk: Buffer) => {
    read += chunk.length
    const ahead = (read / bytesPerSecond) * 1000 - (performance.now() - begun)
    if (ahead <= 1) return
    tls.pause()
    timer = setTimeout(() => tls.resume(), ahead)
  }
  tls.on('data', slowDown)
  return {
    release() {
      clearTimeout(timer)
      tls.off('data', slowDown)
      tls.resume()
      return read
    },
  }
}
