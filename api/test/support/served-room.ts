import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../../src/config.ts'
import { createLogger } from '../../src/edge/log.ts'
import { startServer } from '../../src/server.ts'

export type ServedRooms = AsyncDisposable & {
  /** `wss://…` without a path. */
  readonly url: string
  /** The authority that vouches for it, PEM. */
  readonly ca: string
  /** Lines that it logged as errors. */
  readonly errors: readonly string[]
}

/** The real server over TLS on the loopback, with any number of rooms and data of its own. */
export async function serveRooms(settings: Readonly<Record<string, string>> = {}): Promise<ServedRooms> {
  const directory = await mkdtemp(join(tmpdir(), 'chat-room-'))
  const certificates = join(directory, 'certs')
  const config = parseConfig(
    {
      PORT: '0',
      HTTP_PORT: '0',
      HOST: '127.0.0.1',
      ROOMS: 'many',
      DATA_DIR: join(directory, 'data'),
      CERTS_DIR: certificates,
      LOGIN_BURST: '100000,100000',
      ...settings,
    },
    [],
  )
  assert.ok(config.ok)
  const errors: string[] = []
  const log = createLogger('error', { write: line => void errors.push(line) })
  const server = await startServer(config.value, log)
  return {
    url: `wss://127.0.0.1:${server.port}`,
    ca: await readFile(join(certificates, 'ca.crt'), 'utf8'),
    errors,
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
