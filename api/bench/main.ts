import { rmSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { leaveServerCore } from './processes/cores.ts'
import { Servers } from './processes/servers.ts'
import { watchMachine } from './results/machine.ts'
import { type Finding, summarize } from './results/summary.ts'
import { printTable } from './results/table.ts'
import type { Bench, Scale, Workload } from './workload.ts'
import { beside } from './workloads/beside.ts'
import { broadcast } from './workloads/broadcast.ts'
import { catchUp } from './workloads/catch-up.ts'
import { connect } from './workloads/connect.ts'
import { durable } from './workloads/durable.ts'
import { entry } from './workloads/entry.ts'
import { file } from './workloads/file.ts'
import { growth } from './workloads/growth.ts'
import { idle } from './workloads/idle.ts'
import { latency } from './workloads/latency.ts'
import { relay } from './workloads/relay.ts'
import { rooms } from './workloads/rooms.ts'
import { slowReceiver } from './workloads/slow-receiver.ts'
import { start } from './workloads/start.ts'

const WORKLOADS: readonly Workload[] = [
  broadcast,
  durable,
  rooms,
  latency,
  growth,
  relay,
  slowReceiver,
  file,
  beside,
  connect,
  entry,
  idle,
  start,
  catchUp,
]

const TURNS = {
  quick: { rounds: 2, seconds: 0.3 },
  usual: { rounds: 5, seconds: 1.2 },
  full: { rounds: 10, seconds: 3 },
} as const satisfies Record<Scale, Pick<Bench, 'rounds' | 'seconds'>>

const USAGE = `npm run bench -- [--quick | --full] [--profile DIR] [WORKLOAD]...

${WORKLOADS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}

--quick         each for some seconds: shows that it works, measures little
--full          at the sizes that the targets speak of: an hour
--profile DIR   each server and terminal client leaves a CPU profile there when it ends
`

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.find(name => WORKLOADS.every(workload => workload.name !== name))
  if (values.help || unknown !== undefined) {
    process.stdout.write(USAGE)
    return values.help ? 0 : 2
  }
  const scale = values.quick ? 'quick' : values.full ? 'full' : 'usual'
  const profiles = values.profile === undefined ? undefined : resolve(values.profile)
  if (profiles !== undefined) await mkdir(profiles, { recursive: true })
  const chosen = WORKLOADS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  return run(chosen, scale, profiles)
}

async function run(
  workloads: readonly Workload[],
  scale: Scale,
  profiles: string | undefined,
): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'chat-room-bench-'))
  leaveServerCore()
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const describeMachine = watchMachine()
  const bench = { servers: await Servers.prepare(directory, profiles), scale, ...TURNS[scale] }
  const findings: Finding[] = []
  for (const workload of workloads) {
    for await (const report of workload.run(bench)) {
      process.stdout.write(`${printTable(report)}\n`)
      findings.push(...(report.findings ?? []))
    }
  }
  const names = workloads.map(({ name }) => name)
  process.stdout.write(
    `${printTable(summarize(names, findings))}\n\n${describeMachine()}\nmedian (min–max); ratios are of turns of the same round, A B B A\n`,
  )
  return 0
}

/** Node says of ML-KEM in WebCrypto, which the client core uses, that it may change. */
process.removeAllListeners('warning')
process.on('warning', warning => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
process.exitCode = await main(process.argv.slice(2))
