import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { Room } from '../scenarios/rig/room.ts'

// `npm run test:tls`: Debian's testssl.sh, which it installs if need be, looks at a running server.

/** All that it looks for but browsers' likes, which take as long as the rest: protocols, ciphers, headers, known holes. */
const LOOK_AT = [
  '--protocols',
  '--std',
  '--fs',
  '--server-preference',
  '--server-defaults',
  '--headers',
  '--vulnerable',
]
const GRAVE = ['MEDIUM', 'HIGH', 'CRITICAL']

/** What is right as it is. */
const EXPECTED: Readonly<Record<string, string>> = {
  cert_revocation: 'a local authority tells of no revocation; a public one sees to that itself',
  BREACH: 'what is sent compressed is the same for everybody and holds no secret',
}

const reportSchema = v.array(v.object({ id: v.string(), severity: v.string(), finding: v.string() }))

function run(command: string, args: readonly string[]): number {
  process.stdout.write(`$ ${command} ${args.join(' ')}\n`)
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
}

const isMissing = () => spawnSync('testssl', ['--version'], { stdio: 'ignore' }).error !== undefined

async function look(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'testssl-'))
  try {
    await using room = await Room.start()
    const report = join(directory, 'report.json')
    const status = run('testssl', [
      ...['--quiet', '--warnings', 'off', '--color', '0', '--jsonfile', report],
      ...['--add-ca', join(room.certsDirectory, 'ca.crt'), ...LOOK_AT, `https://127.0.0.1:${room.port}/`],
    ])
    const findings = v.parse(reportSchema, JSON.parse(await readFile(report, 'utf8')))
    // Its status counts findings; a run that came to nothing has none of these.
    const looked = ['TLS1_3', 'heartbleed', 'cipherlist_NULL'].every(id =>
      findings.some(each => each.id === id),
    )
    if (!looked) return [`testssl ended with ${status} before it had looked at everything`]
    return findings
      .filter(({ id, severity }) => GRAVE.includes(severity) && EXPECTED[id] === undefined)
      .map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

if (isMissing()) {
  process.stdout.write('Debian\u2019s package "testssl.sh", which looks for weak TLS, is installed now.\n')
  run('apt-get', ['update', '-qq'])
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'testssl.sh'])
}
if (isMissing()) {
  process.stderr.write('test:tls needs testssl: on Debian, as root, apt-get install testssl.sh\n')
  process.exit(1)
}
const grave = await look()
for (const line of grave) process.stderr.write(`${line}\n`)
process.stdout.write(grave.length === 0 ? 'Nothing above LOW but what is expected.\n' : '')
process.exit(grave.length === 0 ? 0 : 1)
