import { complain, failed, print, readConfig, takeOption } from '../command-line.ts'
import { restore as restoreBackup } from '../operation/restore.ts'

const USAGE = `chat-room restore DIRECTORY [--secrets DIRECTORY] [--data-dir DIR]
Puts a backup in place, where there is no data, before the server is started: the rooms, the files on their way and,
where they are not there already, the secrets. What was said after the backup was made is not in it; members are told.
`

/** Resolves to the exit status. */
export async function restore(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) return print(USAGE)
  const { value: secrets, rest } = takeOption(argv, '--secrets')
  const [backup, ...settings] = rest
  if (backup === undefined || backup.startsWith('--')) return complain(`a directory is missing\n${USAGE}`, 2)
  if (!secrets && rest.length < argv.length) return complain(`--secrets needs a directory\n${USAGE}`, 2)
  const config = readConfig(settings)
  if (config === undefined) return 2
  const { dataDirectory, tls, opaqueServerSetup: setup } = config
  const certsDirectory = 'directory' in tls ? tls.directory : undefined
  try {
    const restored = await restoreBackup({ backup, secrets, dataDirectory, certsDirectory, setup })
    if (!restored.ok) return complain(restored.error, 1)
    const { rooms, transfers } = restored.value
    return print(
      `Restored to ${dataDirectory}: rooms ${rooms}, files on their way ${transfers}. Start the server.\n`,
    )
  } catch (error) {
    return failed(error)
  }
}
