import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { openAcmeCertificate } from '../../src/certificates/acme-certificate.ts'
import type { CertificateLog, CertificateSource } from '../../src/certificates/certificate.ts'
import { createTlsServer } from '../../src/edge/tls.ts'
import { Transcript } from '../scenarios/rig/transcript.ts'
import type { Pebble } from './pebble.ts'

export type Said = {
  readonly level: keyof CertificateLog
  readonly message: string
  readonly context: object
}

export type CertifiedServer = AsyncDisposable & {
  readonly source: CertificateSource
  readonly log: Transcript<Said>
}

type Options = {
  readonly pebble: Pick<Pebble, 'url' | 'caPath'>
  readonly directory: string
  readonly domain: string
  readonly tlsPort: number
  /** Undefined: no plain HTTP. */
  readonly httpPort: number | undefined
}

/** Seconds would be long for a test. */
const PAUSES = { first: 400, longest: 2_000 }

/** Both ports of a room and its certificate in this process, impatient: what fails is tried again at once. */
export async function certifiedServer(options: Options): Promise<CertifiedServer> {
  const { pebble, directory, domain, tlsPort, httpPort } = options
  setDefaultCACertificates([...getCACertificates('bundled'), await readFile(pebble.caPath, 'utf8')])
  await using undo = new AsyncDisposableStack()
  const said: Transcript<Said> = new Transcript<Said>(() =>
    said.items.map(each => JSON.stringify(each)).join('\n'),
  )
  const level = (level: keyof CertificateLog) => (context: object, message: string) =>
    said.add({ level, message, context })
  const source = await openAcmeCertificate({
    certsDirectory: directory,
    authority: pebble.url,
    domain,
    hasPlainHttp: httpPort !== undefined,
    clock: {
      now: Date.now,
      after(milliseconds, callback) {
        const timer = setTimeout(callback, milliseconds)
        return () => clearTimeout(timer)
      },
    },
    log: { info: level('info'), warn: level('warn'), error: level('error') },
    pauses: PAUSES,
  })
  undo.defer(() => source.close())
  const { server, replace } = createTlsServer(source.current, { challengeFor: source.challenges?.contextFor })
  server.on('request', (_, response) => response.end('a room'))
  server.listen(tlsPort, '127.0.0.1')
  undo.defer(() => void server.close())
  if (httpPort !== undefined) {
    const plain = createServer((request, response) => {
      if (!source.challenges?.listener(request, response)) response.end('elsewhere')
    })
    plain.listen(httpPort, '127.0.0.1')
    undo.defer(() => void plain.close())
  }
  source.follow(replace)
  const opened = undo.move()
  return { source, log: said, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
