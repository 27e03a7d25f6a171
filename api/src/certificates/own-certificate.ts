import { watchFiles } from '../edge/file-watch.ts'
import { loadPair, type PairError, type PairPaths } from '../edge/tls-pair.ts'
import { StartFailure } from '../start-failure.ts'
import { type CertificateLog, type CertificateSource, day, describe } from './certificate.ts'

export type OwnCertificateOptions = {
  readonly now: () => number
  readonly log: CertificateLog
  /** Milliseconds between two looks at the files. */
  readonly lookEvery?: number
}

/** What time mends without another file: too many are open, a certificate came before its day. */
const PASSING: ReadonlySet<PairError['reason']> = new Set(['unreadable', 'not-yet-valid'])

/**
 * The operator's own files, read anew when they change.
 *
 * @throws StartFailure
 */
export async function openOwnCertificate(
  paths: PairPaths,
  { now, log, lookEvery }: OwnCertificateOptions,
): Promise<CertificateSource> {
  const loaded = await loadPair(paths, now())
  if (!loaded.ok) throw new StartFailure(loaded.error.message)
  let current = describe(loaded.value)
  let refused: string | undefined
  let stop = () => Promise.resolve()
  return {
    get current() {
      return current
    },

    follow(onChange) {
      stop = watchFiles(
        [paths.cert, paths.key, paths.passphrase].filter(path => path !== undefined),
        {
          async onChange() {
            const next = await loadPair(paths, now())
            if (!next.ok) {
              const { reason, message: why } = next.error
              if (why !== refused)
                log.error({ reason, why }, 'the new certificate is refused; the old one stays')
              refused = why
              return !PASSING.has(reason)
            }
            refused = undefined
            if (next.value.cert !== current.cert || next.value.key !== current.key) {
              current = describe(next.value)
              onChange(current)
              log.info(
                { fingerprint: current.fingerprint, until: day(current.notAfter) },
                'the certificate was replaced',
              )
            }
            return true
          },
          onError: error => log.error({ err: error }, 'the files of the certificate could not be looked at'),
          ...(lookEvery === undefined ? {} : { lookEvery }),
        },
      )
    },

    close: () => stop(),
  }
}
