import { controlSocketOf, openControlSocket } from '../edge/control-socket.ts'
import type { Logger } from '../edge/log.ts'
import type { BackupSource } from './back-up.ts'
import type { Status } from './control.ts'

type Surroundings = {
  readonly dataDirectory: string
  readonly log: Logger
  readonly onError: (error: unknown) => void
}

/** For the commands of this host. Where there can be none, the room is open all the same. */
export async function openControl(
  source: BackupSource,
  status: () => Status,
  { dataDirectory, log, onError }: Surroundings,
): Promise<AsyncDisposable> {
  const path = controlSocketOf(dataDirectory)
  let control: Promise<InstanceType<typeof import('./control.ts').Control>> | undefined
  // Loaded when somebody asks: a start is the sooner for it.
  const load = async () => new (await import('./control.ts')).Control(source, status)
  await using opened = new AsyncDisposableStack()
  opened.defer(async () => (await control)?.close())
  try {
    const answer = async (request: unknown) => {
      control ??= load()
      return await (await control).answer(request)
    }
    opened.use(await openControlSocket(path, answer, onError))
  } catch (error) {
    // Its path may be too long for a socket, or its file system have none.
    log.warn({ err: error }, 'no command can reach this server: backups and the doctor go without it')
  }
  return opened.move()
}
