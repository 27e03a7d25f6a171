import { stat } from 'node:fs/promises'
import { repeat } from './repeat.ts'

/** How often files are looked at, in milliseconds. */
const LOOK_EVERY = 2_000

export type FileWatchOptions = {
  /**
   * The first call comes by itself, for what changed before; then one for each change. False: it was no use yet, and is to be
   * called again at the next look.
   */
  readonly onChange: () => Promise<boolean>
  readonly onError: (error: unknown) => void
  readonly lookEvery?: number
}

/**
 * Tells when one of some files has become another, and all of them have since stood still from one look to the next:
 * a certificate and its key are written one after the other. Looking is all that sees every way in which files
 * change: editors rename, Kubernetes turns links further up, network file systems send no events.
 *
 * @returns Ends it, and resolves when what was begun is done.
 */
export function watchFiles(
  paths: readonly string[],
  { onChange, onError, lookEvery = LOOK_EVERY }: FileWatchOptions,
): () => Promise<void> {
  let told: string | undefined
  let before: string | undefined
  const look = async () => {
    const now = await stateOf(paths)
    const isNew = now !== told && now === before
    before = now
    if (!isNew) return
    told = now
    if (!(await onChange())) told = undefined
  }
  return repeat(lookEvery, look, onError)
}

/** Of where links lead. A file that is not there is a state as well. */
async function stateOf(paths: readonly string[]): Promise<string> {
  const states = paths.map(async path => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
      return [dev, ino, size, mtimeNs, ctimeNs].join()
    } catch {
      return 'none'
    }
  })
  return (await Promise.all(states)).join(' ')
}
