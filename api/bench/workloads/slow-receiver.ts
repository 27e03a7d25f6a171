import type { RawSocket } from '../clients/raw-socket.ts'
import { relayFile } from '../clients/relayed-file.ts'
import { joinRoom } from '../clients/room-member.ts'
import { spread } from '../results/statistics.ts'
import { mebibytes, range } from '../results/table.ts'
import type { Workload } from '../workload.ts'

const MEBIBYTES = { quick: 4, usual: 32, full: 256 } as const
const ROUNDS = { quick: 1, usual: 1, full: 3 } as const
const RECEIVERS = 5
const BYTES_PER_SECOND = 1e6
const MIB = 1024 * 1024

/** What one receiver that reads slowly costs the others, and the server's memory. */
export const slowReceiver: Workload = {
  name: 'slow',
  about: 'one of five receivers reads 1 MB/s',
  async *run({ servers, scale }) {
    await using server = await servers.start('chat-room')
    const size = MEBIBYTES[scale]
    const members = await joinRoom({ url: server.url, ca: servers.ca }, 'files', RECEIVERS + 1)
    const [sender, slow, ...others] = await Promise.all(members.map(({ member }) => member.openSegments()))
    if (sender === undefined || slow === undefined) throw new Error('there are six members')

    const turn = async () => {
      const [first = 0, ...rest] = await relayFile(sender, [slow, ...others], size)
      return { first, rest: (size * MIB) / 1e6 / Math.max(...rest) }
    }
    const base = server.resident
    await turn()
    const without: number[] = []
    const beside: number[] = []
    const ratios: number[] = []
    const grown: number[] = []
    const ended: number[] = []
    for (let round = 0; round < ROUNDS[scale]; round++) {
      const alone = (await turn()).rest
      server.forgetPeak()
      const release = throttle(slow, BYTES_PER_SECOND)
      const { first, rest } = await turn()
      release()
      without.push(alone)
      beside.push(rest)
      ratios.push(rest / alone)
      grown.push(server.peak - base)
      ended.push(first)
    }
    yield {
      title: `${size} MiB to ${RECEIVERS} receivers, one of which reads 1 MB/s`,
      columns: ['', 'median (min–max)'],
      rows: [
        ['the others without it, MB/s each', range(spread(without))],
        ['the others beside it, MB/s each', range(spread(beside))],
        ['ratio', range(spread(ratios))],
        ['the slow one completes after, s', range(spread(ended))],
        ['resident MiB over base at most', mebibytes(spread(grown).max)],
      ],
    }
  },
}

/** Reads on only as the time allows; the result ends that. */
function throttle({ tls }: RawSocket, bytesPerSecond: number): () => void {
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
  return () => {
    clearTimeout(timer)
    tls.off('data', slowDown)
    tls.resume()
  }
}
