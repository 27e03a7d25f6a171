import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import { askServer, controlSocketOf } from '../edge/control-socket.ts'
import { parseStatus } from '../operation/control.ts'
import { isHeld } from '../store/sqlite/is-held.ts'
import { checkCertificate } from './check-certificate.ts'
import { checkData } from './check-data.ts'
import { checkAuthority, checkClock, checkDomain, checkPorts } from './check-network.ts'
import { type Finding, fine, problem, warning } from './finding.ts'

/** Everything that keeps a room from opening, or people from coming, as far as it shows on this host. */
export async function examine(config: Config, pages: string, now: () => number): Promise<readonly Finding[]> {
  const dataDirectory = resolve(config.dataDirectory)
  const status = parseStatus(await askServer(controlSocketOf(dataDirectory), { command: 'status' }))
  const held = status?.ok ? status.value.ports : []
  return [
    checkClock(now()),
    checkServer(dataDirectory, status?.ok === true),
    await checkPage(pages),
    ...(await checkData({
      dataDirectory,
      certsDirectory: 'directory' in config.tls ? config.tls.directory : undefined,
      segmentQuota: config.segmentQuota,
    })),
    ...(await checkCertificate(config, now())),
    ...(await checkPorts(config, held)),
    ...(await checkDomain(config)),
    ...(await checkAuthority(config, now)),
  ]
}

function checkServer(directory: string, answers: boolean): Finding {
  if (answers) return fine(`a server runs on ${directory}`)
  if (!isHeld(directory)) return fine(`no server runs on ${directory}`)
  return problem(
    `something holds the data in ${directory} and does not answer`,
    'end it: a former server, or a tool that has the database open',
  )
}

async function checkPage(directory: string): Promise<Finding> {
  try {
    await access(join(directory, 'index.html'))
    return fine('the page is built')
  } catch {
    return warning(
      'the page is not built: people come by terminal only',
      'npm run build, then start the server again',
    )
  }
}
