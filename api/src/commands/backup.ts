import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { complain, failed, print, readConfig, takeOption } from '../command-line.ts'
import { askServer, controlSocketOf } from '../edge/control-socket.ts'
import { DATABASE_BACKUP } from '../operation/backup-layout.ts'
import { type ControlRequest, parseBackupDone } from '../operation/control.ts'

const USAGE = `chat-room backup DIRECTORY [--secrets DIRECTORY] [--data-dir DIR]
Copies the rooms and the files on their way into a new directory, while the server runs. The secret that the rooms were
made with, and the certificates, go into another new one, if it is named: once is enough, and keep them apart.
`

/** Resolves to the exit status. */
export async function backup(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) return print(USAGE)
  const { value: secrets, rest } = takeOption(argv, '--secrets')
  const [directory, ...settings] = rest
  if (directory === undefined || directory.startsWith('--'))
    return complain(`a directory is missing\n${USAGE}`, 2)
  // Whoever asks for the secrets is not to find out that there are none when they are needed.
  if (!secrets && rest.length < argv.length) return complain(`--secrets needs a directory\n${USAGE}`, 2)
  const config = readConfig(settings)
  if (config === undefined) return 2
  const request: ControlRequest = {
    command: 'back-up',
    directory: resolve(directory),
    ...(secrets === undefined ? {} : { secrets: resolve(secrets) }),
  }
  try {
    const answer = parseBackupDone(await askServer(controlSocketOf(config.dataDirectory), request))
    if (answer === undefined) return complain(notRunning(config.dataDirectory), 1)
    if (!answer.ok) return complain(answer.error, 1)
    // Here, and not in the server: it reads every page.
    const verdict = checkDatabase(join(request.directory, DATABASE_BACKUP))
    if (verdict !== 'ok') return complain(`the backup is damaged: ${verdict}`, 1)
    return print(
      `The rooms and ${answer.value.transfers} files on their way are in ${request.directory}.\n` +
        (secrets === undefined ? NO_SECRETS : `The secrets are in ${resolve(secrets)}: keep them apart.\n`),
    )
  } catch (error) {
    return failed(error)
  }
}

function checkDatabase(file: string): unknown {
  const db = new DatabaseSync(file)
  try {
    // Of one file alone, whoever opens it.
    db.exec('PRAGMA journal_mode = DELETE')
    return db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']
  } finally {
    db.close()
  }
}

const notRunning = (directory: string): string =>
  `no server runs on ${directory}: while none does, a copy of that directory is a backup`

const NO_SECRETS =
  'The secret that they were made with is not among them: --secrets keeps it elsewhere, once is enough.\n'
