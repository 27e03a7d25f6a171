import { createHash, randomFillSync } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClientProcess } from '../processes/client-process.ts'
import type { NodeProcess, Usage } from '../processes/node-process.ts'
import type { Servers } from '../processes/servers.ts'
import { spread } from '../results/statistics.ts'
import { figure, mebibytes, range } from '../results/table.ts'
import type { Workload } from '../workload.ts'

const MEBIBYTES = { quick: 16, usual: 256, full: 1_024 } as const
const RECEIVERS = { quick: [1], usual: [1, 5], full: [1, 5] } as const
const MIB = 1024 * 1024
const FILE = 'file.bin'

/** From the command to the verified files under their names: reading, sealing, relay, opening, hashing and writing. */
export const file: Workload = {
  name: 'file',
  about: 'a file between real terminal clients, encrypted and verified',
  async *run({ servers, scale, rounds }) {
    const source = await createSource(servers.directory, MEBIBYTES[scale] * MIB)
    const sent: (readonly Turn[])[] = []
    for (const receivers of RECEIVERS[scale]) {
      sent.push(await send(source, receivers, servers, Math.min(rounds, 5)))
    }
    await rm(source.directory, { recursive: true })
    const columns = sent.map(turns => columnOf(source, turns))
    const [first = []] = columns
    const measured = spread((sent[0] ?? []).map(turn => rateOf(source, turn)))
    const at = scale === 'full' ? {} : { at: `${MEBIBYTES[scale]} MiB` }
    yield {
      title: `A file of ${MEBIBYTES[scale]} MiB from one terminal client to others, each a process of its own`,
      columns: ['', ...RECEIVERS[scale].map(receivers => `to ${receivers}`)],
      rows: first.map(([name], row) => [name, ...columns.map(column => column[row]?.[1] ?? '')]),
      note: 'Wall clock from :File to the last file-received. Nothing is pinned: server, clients and disk share the machine.',
      findings: [{ target: 'file', measured, ...at }],
    }
  },
}

type Source = {
  readonly directory: string
  readonly size: number
  readonly content: Buffer
  readonly sha256: string
}

async function createSource(parent: string, size: number): Promise<Source> {
  const directory = await mkdtemp(join(parent, 'from-'))
  const content = randomFillSync(Buffer.alloc(size))
  await writeFile(join(directory, FILE), content)
  return { directory, size, content, sha256: createHash('sha256').update(content).digest('hex') }
}

/** Of one turn; receivers are as the hungriest of them. */
type Turn = {
  readonly seconds: number
  readonly server: Usage
  readonly sender: Usage
  readonly receiver: Usage
  readonly cores: number
  /** To write the same bytes to the same disk, once. */
  readonly disk: number
}

async function send(
  source: Source,
  count: number,
  servers: Servers,
  rounds: number,
): Promise<readonly Turn[]> {
  await using stack = new AsyncDisposableStack()
  // One address may have half of it, and every turn leaves a file there.
  const settings = { SEGMENT_QUOTA: String(source.size * 2 * (rounds + 2)) }
  const server = stack.use(await servers.start('chat-room', { cores: 'all', settings }))
  const enter = async (alias: string, directory: string) => {
    const place = { url: server.url, caPath: servers.caPath, nodeOptions: servers.profiling(alias) }
    return stack.use(await ClientProcess.enter(alias, { ...place, directory }))
  }
  const sender = await enter('Sender', source.directory)
  const receivers: Receiver[] = []
  for (let number = 1; number <= count; number++) {
    const directory = await mkdtemp(join(servers.directory, 'to-'))
    receivers.push({ client: await enter(`Receiver${number}`, directory), directory })
  }
  // The first turn does not count: until then much of what runs is not compiled.
  await turn(source, server, sender, receivers)
  const turns: Turn[] = []
  for (let round = 0; round < rounds; round++) turns.push(await turn(source, server, sender, receivers))
  return turns
}

type Receiver = { readonly client: ClientProcess; readonly directory: string }

async function turn(
  source: Source,
  server: NodeProcess,
  sender: ClientProcess,
  receivers: readonly Receiver[],
): Promise<Turn> {
  const disk = await writeOnce(source)
  const used = [server, sender, ...receivers.map(({ client }) => client)].map(each => each.watch())
  const begun = performance.now()
  const arrivals = receivers.map(receiver => arrival(receiver, source))
  const sent = sender.next('file-sent')
  sender.type(`:File ${FILE}`)
  await Promise.all(arrivals)
  const seconds = (performance.now() - begun) / 1000
  await sent
  const [ofServer, ofSender, ...ofReceivers] = used.map(usage => usage()) as [Usage, Usage, ...Usage[]]
  const most = (key: keyof Usage) => Math.max(...ofReceivers.map(usage => usage[key]))
  return {
    seconds,
    server: ofServer,
    sender: ofSender,
    receiver: { cpu: most('cpu'), peak: most('peak') },
    cores: [ofServer, ofSender, ...ofReceivers].reduce((sum, { cpu }) => sum + cpu, 0) / seconds,
    disk,
  }
}

/** Rejects if another file was received than was sent. */
async function arrival({ client, directory }: Receiver, { sha256 }: Source): Promise<void> {
  const received = await client.next('file-received')
  if (received.sha256 !== sha256) throw new Error('another file was received than was sent')
  await rm(join(directory, received.path))
}

/** In seconds: what no transfer that ends with the file on the disk can undercut. */
async function writeOnce({ directory, content }: Source): Promise<number> {
  const path = join(directory, 'disk')
  const handle = await open(path, 'w')
  const begun = performance.now()
  await handle.write(content)
  await handle.sync()
  const seconds = (performance.now() - begun) / 1000
  await handle.close()
  await rm(path)
  return seconds
}

/** MB/s. */
const rateOf = ({ size }: Source, { seconds }: Turn): number => size / 1e6 / seconds

type Column = readonly (readonly [name: string, cell: string])[]

function columnOf(source: Source, turns: readonly Turn[]): Column {
  const { size } = source
  const of = (value: (turn: Turn) => number) => spread(turns.map(value))
  const perGigabyte = (usage: (turn: Turn) => Usage) => range(of(turn => usage(turn).cpu / (size / 1e9)))
  const peak = (usage: (turn: Turn) => Usage) => mebibytes(of(turn => usage(turn).peak).max)
  return [
    ['MB/s', range(of(turn => rateOf(source, turn)))],
    ['the disk alone, written once and synced, MB/s', range(of(({ disk }) => size / 1e6 / disk))],
    ['cores busy', figure(of(({ cores }) => cores).median)],
    ['server, CPU s/GB', perGigabyte(({ server }) => server)],
    ['sender, CPU s/GB', perGigabyte(({ sender }) => sender)],
    ['each receiver, CPU s/GB', perGigabyte(({ receiver }) => receiver)],
    ['server, resident MiB at most', peak(({ server }) => server)],
    ['sender, resident MiB at most', peak(({ sender }) => sender)],
    ['each receiver, resident MiB at most', peak(({ receiver }) => receiver)],
  ]
}
